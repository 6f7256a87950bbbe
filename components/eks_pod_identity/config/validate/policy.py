"""Rules of policy documents: the faults that `iam` finds, told with address and position.

Messages name elements and short values; a document is never shown.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.fault import DocumentFault
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.plain import Faults
from eks_pod_identity.iam.session_policy import load_session_policy

_SHOWN = 200
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def validate_inline_document(document: Document | None, scope: Scope) -> Iterator[Problem]:
    """An inline policy is one that IAM takes; an empty one is none, as in eksctl."""
    if document:
        yield from document_problems(load_document(document, DocumentKind.IDENTITY), scope)


def validate_session_document(text: str | None, scope: Scope) -> Iterator[Problem]:
    """A session policy is JSON text of a policy, short enough for STS."""
    if text is not None:
        yield from document_problems(load_session_policy(text), scope)


def document_problems(
    loaded: Document | Faults, scope: Scope, *, below: str = ""
) -> Iterator[Problem]:
    """Yield the faults of a document as problems.

    Args:
        loaded: The document as it was loaded.
        scope: Where the file has it.
        below: The element of the document that the file has there, if not all of it.
    """
    for fault in loaded if isinstance(loaded, tuple) else ():
        yield _problem(replace(fault, path=fault.path.removeprefix(below)), scope)


def _problem(fault: DocumentFault, scope: Scope) -> Problem:
    message = fault.message
    if len(message) > _SHOWN:
        message = f"{message[:_SHOWN]}..."
    known = Fault.by_id(fault.id) or Fault.POLICY_DOCUMENT_MALFORMED
    return scope.at(*_path(fault.path)).problem(known, message)


def _path(path: str) -> Path:
    return tuple(int(index) if index else key for index, key in _STEP.findall(path))
