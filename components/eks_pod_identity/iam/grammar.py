"""The grammar of policy documents: what IAM would refuse, or a human would read otherwise.

In: the plain value of a whole document. Out: all its faults. Follows
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from eks_pod_identity.iam.condition import find_condition_faults
from eks_pod_identity.iam.fault import (
    DocumentFault,
    member_path,
    not_an_object,
    quote,
    wrong_type,
)
from eks_pod_identity.iam.plain import Plain


class DocumentKind(Enum):
    """What a document is attached to; it decides which elements a statement has."""

    IDENTITY = "identity policy"
    TRUST = "trust policy"
    RESOURCE = "resource policy"
    REPOSITORY = "repository policy"


VERSIONS = ("2008-10-17", "2012-10-17")
ROOT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
STATEMENT_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
NOT_ALLOWED = {
    DocumentKind.IDENTITY: ("Principal", "NotPrincipal"),
    DocumentKind.TRUST: ("Resource", "NotResource"),
    DocumentKind.RESOURCE: (),
    DocumentKind.REPOSITORY: (),
}
_NEEDED = {
    DocumentKind.IDENTITY: ("Action", "Resource"),
    DocumentKind.TRUST: ("Action", "Principal"),
    DocumentKind.RESOURCE: ("Action", "Principal", "Resource"),
    DocumentKind.REPOSITORY: ("Action", "Principal"),
}
FORMS = {
    "Action": (re.compile(r"\*|[\w*?-]+:[\w*?]+", re.ASCII), "service:action"),
    "Resource": (re.compile(r"\*|arn:.+", re.DOTALL), "an ARN"),
    "Principal": (re.compile(r"\S+"), "a principal"),
}
# Policies with a Principal take more than letters and digits; for trust policies see the answer of
# `aws iam get-role` in https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
SIDS = {
    DocumentKind.IDENTITY: re.compile("[A-Za-z0-9]*"),
    DocumentKind.TRUST: re.compile(".*", re.DOTALL),
    DocumentKind.RESOURCE: re.compile(".*", re.DOTALL),
    DocumentKind.REPOSITORY: re.compile(".*", re.DOTALL),
}


def find_document_faults(value: Plain, kind: DocumentKind) -> Iterator[DocumentFault]:
    """Yield what is wrong with a document."""
    if not isinstance(value, dict):
        yield not_an_object(value, "")
        return
    yield from _unknown(value, ROOT_ELEMENTS, "")
    if "Version" in value and value["Version"] not in VERSIONS:
        message = f"{quote(value['Version'])}, not one of {', '.join(VERSIONS)}"
        yield DocumentFault("policy-version-unknown", "Version", message)
    if not isinstance(value.get("Id", ""), str):
        yield wrong_type(value["Id"], "text", "Id")
    yield from _statements(value.get("Statement", []), kind)


def _statements(value: Plain, kind: DocumentKind) -> Iterator[DocumentFault]:
    statements = value if isinstance(value, list) else [value]
    if not statements:
        yield DocumentFault("policy-statement-missing", "Statement", "no statement")
    sids: set[str] = set()
    for index, statement in enumerate(statements):
        path = f"Statement[{index}]"
        if not isinstance(statement, dict):
            yield not_an_object(statement, path)
            continue
        yield from _statement(statement, kind, path)
        sid = statement.get("Sid")
        if isinstance(sid, str) and sid:
            if sid in sids:
                yield DocumentFault("policy-sid-twice", f"{path}.Sid", f"{quote(sid)} twice")
            sids.add(sid)


def _statement(
    statement: Mapping[str, Any], kind: DocumentKind, path: str
) -> Iterator[DocumentFault]:
    yield from _unknown(statement, STATEMENT_ELEMENTS, path)
    yield from _presence(statement, kind, path)
    for element, value in statement.items():
        where = member_path(path, element)
        name = element.removeprefix("Not")
        if element == "Sid":
            yield from _sid(value, kind, where)
        elif element == "Effect":
            yield from _effect(value, where)
        elif name == "Principal":
            yield from _principal(value, where)
        elif element == "Condition":
            yield from find_condition_faults(value, where)
        elif name in FORMS:
            yield from _texts(value, name, where)


def _presence(
    statement: Mapping[str, Any], kind: DocumentKind, path: str
) -> Iterator[DocumentFault]:
    if "Effect" not in statement:
        yield DocumentFault("policy-element-missing", path, "no Effect")
    for element in ("Action", "Principal", "Resource"):
        either = [name for name in (element, f"Not{element}") if name in statement]
        if not either and element in _NEEDED[kind]:
            message = f"neither {element} nor Not{element}"
            yield DocumentFault("policy-element-missing", path, message)
        if either[1:]:
            message = f"both {element} and Not{element}"
            yield DocumentFault("policy-element-contradicted", path, message)
    for element in NOT_ALLOWED[kind]:
        if element in statement:
            message = f"{kind.value} statements have no {element}"
            yield DocumentFault("policy-element-misplaced", f"{path}.{element}", message)


def _sid(value: Plain, kind: DocumentKind, path: str) -> Iterator[DocumentFault]:
    if not isinstance(value, str):
        yield wrong_type(value, "text", path)
    elif not SIDS[kind].fullmatch(value):
        yield DocumentFault("policy-sid-malformed", path, f"{quote(value)}, not letters and digits")


def _effect(value: Plain, path: str) -> Iterator[DocumentFault]:
    if value not in ("Allow", "Deny"):
        yield DocumentFault("policy-effect-unknown", path, f"{quote(value)}, not Allow or Deny")


def _principal(value: Plain, path: str) -> Iterator[DocumentFault]:
    if value == "*":
        return
    if not isinstance(value, dict):
        yield wrong_type(value, 'an object or "*"', path)
        return
    if not value:
        yield DocumentFault("policy-list-empty", path, "no principal")
    yield from _unknown(value, _PRINCIPALS, path)
    for kind, principals in value.items():
        yield from _texts(principals, "Principal", member_path(path, kind))


def _texts(value: Plain, element: str, path: str) -> Iterator[DocumentFault]:
    pattern, wanted = FORMS[element]
    texts = value if isinstance(value, list) else [value]
    if not texts:
        yield DocumentFault("policy-list-empty", path, "an empty list")
    for text in texts:
        if not isinstance(text, str):
            yield wrong_type(text, "text", path)
        elif not pattern.fullmatch(text):
            message = f"{quote(text)} is not {wanted}"
            yield DocumentFault("policy-text-malformed", path, message)


def _unknown(value: Mapping[str, Any], known: frozenset[str], path: str) -> Iterator[DocumentFault]:
    for name in value:
        if name not in known:
            message = f"no element {quote(name)}"
            yield DocumentFault("policy-element-unknown", member_path(path, name), message)
