"""Documents of a resource rewritten: what a remedy does to them, and in what form they come back.

In: a resource and a change of one document or statement. Out: the properties to be set instead.
Text stays text and an object an object. Only documents that are known and sound are touched, so
nothing that IAM reads in its own way (a key that stands twice) is settled by accident; and no
change makes a document too large, or closes a role to the pods that it let in.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from eks_pod_identity.iam.document import TRUST_POLICY_MAX_SIZE
from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity_policies.documents import Loaded, Source, loaded, trust_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import Changes
from eks_pod_identity_policies.trust.call import PODS
from eks_pod_identity_policies.trust.policy import TrustPolicy
from eks_pod_identity_policies.values import Plain

Element: TypeAlias = dict[str, Any]  # a document or a statement as it is written
Change: TypeAlias = Callable[[Source, Loaded, Element], Element]

_PATH = re.compile(r"(\w+)(?:\[(\d+)\]\.(\w+))?")


def rewrite_trust(
    resource: Resource, change: Callable[[TrustPolicy, Statement, Element], Element]
) -> Changes:
    """Return the properties of a role with its trust policy changed, statement by statement."""

    def change_all(_: Source, document: Loaded, written: Element) -> Element:
        statements = listed(written["Statement"])
        pairs = zip(document.policy.statements, statements, strict=True)
        changed = [change(document.trust, *pair) for pair in pairs]
        single = isinstance(written["Statement"], dict)
        return written | {"Statement": changed[0] if single else changed}

    return rewrite(resource, filter(None, [trust_of(resource)]), change_all)


def rewrite(resource: Resource, sources: Iterable[Source], change: Change) -> Changes:
    """Return the properties of a resource with some of its documents changed."""
    changes: dict[str, Plain] = {}
    for source, document in loaded(sources):
        value = _rewritten(source, document, change)
        if value is not None:
            name, index, inner = _PATH.fullmatch(source.path).groups()  # type: ignore[union-attr] # paths are ours
            whole = changes.get(name, resource.get(name))
            changes[name] = value if index is None else _replaced(whole, int(index), inner, value)
    return changes


def is_for_pods_alone(statement: Statement) -> bool:
    """Tell whether a statement lets in EKS Pod Identity and nobody else."""
    named = {kind: set(names) for kind, names in (statement.principals or {}).items()}
    return statement.allow and not statement.not_principals and named == {"Service": {PODS.name}}


def listed(value: Plain) -> list[Plain]:
    """Return what may be one or several as several."""
    return value if isinstance(value, list) else [value]


def _rewritten(source: Source, document: Loaded, change: Change) -> Plain | None:
    is_text = isinstance(source.value, str)
    written = json.loads(source.value) if is_text else source.value
    changed = change(source, document, written)
    if changed == written:
        return None
    value = json.dumps(changed, ensure_ascii=False) if is_text else changed
    after = next(loaded([Source(source.kind, source.path, value)]), None)
    return value if after and _is_no_worse(source.kind, document, after[1]) else None


def _is_no_worse(kind: DocumentKind, before: Loaded, after: Loaded) -> bool:
    if kind is not DocumentKind.TRUST:
        return True
    grown = after.is_longer_than(TRUST_POLICY_MAX_SIZE)
    if grown and not before.is_longer_than(TRUST_POLICY_MAX_SIZE):
        return False
    return _lets_pods_in(after.trust) or not _lets_pods_in(before.trust)


def _lets_pods_in(trust: TrustPolicy) -> bool:
    return any(
        trust.works_for(call) for statement in trust.assuming for call in trust.meant_by(statement)
    )


def _replaced(entries: Plain, index: int, inner: str, value: Plain) -> list[Plain]:
    """Return a list with a property of its index-th object replaced."""
    places = [place for place, each in enumerate(entries) if isinstance(each, dict)]
    changed = list(entries)
    changed[places[index]] = entries[places[index]] | {inner: value}
    return changed
