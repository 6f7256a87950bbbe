"""What one group of policies says of a call: its decision, and the statement that it rests on.

In: documents by name, and a request. Out: a reason. A document that cannot be read may say
anything, so it leaves open all but an explicit deny by another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from eks_pod_identity.iam.document import VERSION
from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Request,
    Statement,
    Truth,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One group of policies, and what it says.

    Attributes:
        of: The group, as in "permissions of role x".
        decision: What it says.
        document: The policy with the statement that decided; empty if none did.
        statement: The statement's Sid or number.
        depends_on: What has to be known first.
        counts: Whether it takes part in the decision; a resource's policy can make up for what
            the role's permissions do not allow.
    """

    of: str
    decision: Decision
    document: str = ""
    statement: str = ""
    depends_on: tuple[str, ...] = ()
    counts: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether it denies only because no statement allows."""
        return self.decision is Decision.DENIED and not self.document


def decide(
    of: str,
    documents: Mapping[str, Json],
    request: Request,
    kind: DocumentKind = DocumentKind.IDENTITY,
) -> Reason:
    """Return what a group of policies says of a call.

    Args:
        of: The group.
        documents: Its documents by name, not judged yet; None for one that cannot be read.
        request: The call.
        kind: What the documents are attached to.
    """
    policies: dict[str, Policy] = {}
    unread: list[str] = []
    for name, document in documents.items():
        loaded = None if document is None else load_document(document, kind)
        if loaded is None or isinstance(loaded, tuple):
            unread.append(f"{name}, which cannot be read")
        else:
            policies[name] = compile_policy(loaded)
    request = replace(request, context=_with_absent_tags(request.context, policies.values()))
    verdict = is_allowed(policies.values(), request)
    decision, statement = verdict.decision, verdict.statement
    if unread and not (decision is Decision.DENIED and statement):
        return Reason(of, Decision.UNPROVED, depends_on=tuple(unread))
    if statement is None:
        return Reason(of, decision)
    document = next(name for name, each in policies.items() if _has(each, statement))
    doubts = tuple(_doubts([statement], request)) if decision is Decision.UNPROVED else ()
    return Reason(of, decision, document, statement.label, doubts)


def objection(
    of: str,
    documents: Mapping[str, Json],
    request: Request,
    kind: DocumentKind = DocumentKind.IDENTITY,
) -> Reason | None:
    """Return what a group denies, or may deny, in so many words; None if it never does.

    For a group that need not allow the call, because another one does.
    """
    everybody = {} if kind is DocumentKind.IDENTITY else {"Principal": "*"}
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*", **everybody}
    whole = {"Version": VERSION, "Statement": [allow]}
    found = decide(of, {**documents, "": whole}, request, kind)
    return None if found.decision is Decision.ALLOWED else found


def _with_absent_tags(context: Context, policies: Iterable[Policy]) -> Context:
    """Return a context in which tags are absent that neither the session nor its role has."""
    used = {
        key
        for policy in policies
        for statement in policy.statements
        for key in (
            *(each.key for each in statement.expands),
            *(each.key for each in statement.conditions),
            *(variable.key for each in statement.conditions for variable in each.expands),
        )
    }
    tags = {key for key in used - set(context.values) if key.startswith("aws:principaltag/")}
    return replace(context, absent=context.absent | (tags - _OF_ONE_POD))


_OF_ONE_POD = frozenset(
    {"aws:principaltag/kubernetes-pod-name", "aws:principaltag/kubernetes-pod-uid"}
)


def _has(policy: Policy, statement: Statement) -> bool:
    return any(each is statement for each in policy.statements)


def _doubts(statements: Iterable[Statement], request: Request) -> Iterator[str]:
    """Yield what is not known and decides."""
    for statement in statements:
        for condition in statement.conditions:
            if condition.holds(request.context) is Truth.UNKNOWN:
                yield condition.written or condition.key
        if statement.names_resource(request.resource, request.context) is Truth.UNKNOWN:
            yield "whether the resource is meant"
