"""Which statements of a role's policies can apply to a session of certain pods.

In: a session and the policies that AWS has. Out: what is allowed, what never applies and why, what
denies everything. A statement counts as dead only if its conditions fail on keys that every call of
the session has, or surely lacks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity.iam.evaluation import Context, Policy, Statement, Truth, compile_policy
from eks_pod_identity.iam.evaluation.glob import ANY_TEXT
from eks_pod_identity.iam.evaluation.request import Missing
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.review.session import Session, absent_keys

_SHOWN = 3
_TAG = "aws:principaltag/"
_OF_ONE_POD = frozenset({f"{_TAG}kubernetes-pod-name", f"{_TAG}kubernetes-pod-uid"})


@dataclass(frozen=True, slots=True)
class Granted:
    """What a role's policies say to a session.

    Attributes:
        allows: Names of documents with a statement that may apply.
        dead: Statements that allow something and never apply, with the reason.
        denies: Statements that deny everything, or a boundary that allows nothing.
        unread: Policies that cannot be read.
    """

    allows: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The documents, in few words."""
        more = len(self.allows) - _SHOWN
        return "by " + ", ".join(self.allows[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def read_grants(session: Session, state: AccountState) -> Granted:
    """Return what a session's role allows it."""
    documents = _documents(session, state)
    policies = {name: _policy(document) for name, document in documents.items()}
    read = {name: each for name, each in policies.items() if each is not None}
    context = _context(session, read)
    return Granted(
        tuple(name for name, each in read.items() if _allows(each, context)),
        tuple(line for name, each in read.items() for line in _dead(name, each, context)),
        tuple(_denials(session, state, read, context)),
        tuple(name for name, each in policies.items() if each is None),
    )


def _documents(session: Session, state: AccountState) -> Mapping[str, Any]:
    role = session.role
    if role is None:
        return {}
    attached = {arn: state.policies.get(arn) for arn in role.attached_policy_arns}
    inline = {f"inline policy {name}": each for name, each in role.inline_policies.items()}
    return {**inline, **{arn: each and each.document for arn, each in attached.items()}}


def _policy(document: Any) -> Policy | None:  # noqa: ANN401 - JSON
    loaded = None if document is None else load_document(document, DocumentKind.IDENTITY)
    return None if loaded is None or isinstance(loaded, tuple) else compile_policy(loaded)


def _context(session: Session, policies: Mapping[str, Policy]) -> Context:
    values = session.context_values()
    used = {
        key
        for policy in policies.values()
        for statement in policy.statements
        for key in _keys(statement)
    }
    tags = {each for each in used - set(values) - _OF_ONE_POD if each.startswith(_TAG)}
    return Context.of(values, absent=(absent_keys(session) | tags) - set(values))


def _keys(statement: Statement) -> Iterator[str]:
    yield from (each.key for each in statement.expands)
    for condition in statement.conditions:
        yield condition.key
        yield from (each.key for each in condition.expands)


def _allows(policy: Policy, context: Context) -> bool:
    return any(each.allow and not _why_dead(each, context) for each in policy.statements)


def _dead(name: str, policy: Policy, context: Context) -> Iterator[str]:
    for each in policy.statements:
        if each.allow and (why := _why_dead(each, context)):
            yield f'{name}, statement "{each.label}": {why}'


def _why_dead(statement: Statement, context: Context) -> str:
    for condition in statement.conditions:
        if condition.holds(context) is Truth.NO:
            written = condition.written or condition.key
            return f"{condition.name} {written} {', '.join(condition.values)} never holds"
    gone = [each for each in statement.expands if context.look_up(each.key) is Missing.ABSENT]
    if gone and len(gone) == len(statement.expands) == len(statement.resources):
        return f"its resources name {gone[0].key}, which the session lacks"
    return ""


def _denials(
    session: Session, state: AccountState, policies: Mapping[str, Policy], context: Context
) -> Iterator[str]:
    for name, policy in policies.items():
        for each in policy.statements:
            if _denies_all(each, context):
                yield f'{name}, statement "{each.label}" denies everything'
    yield from _limits(session, state)


def _limits(session: Session, state: AccountState) -> Iterator[str]:
    """Yield that a boundary or session policy allows nothing."""
    boundary = session.role.permissions_boundary_arn if session.role else None
    found = state.policies.get(boundary) if boundary else None
    for name, document in (
        (f"permissions boundary {boundary}", found.document if found else None),
        ("session policy of the association", session.policy),
    ):
        policy = _policy(document)
        if policy is not None and not any(each.allow for each in policy.statements):
            yield f"{name} allows nothing"


def _denies_all(statement: Statement, context: Context) -> bool:
    everything = ANY_TEXT in statement.actions and not statement.not_actions
    anywhere = "*" in statement.resources and not statement.not_resources
    all_of_it = everything and anywhere and statement.holds(context) is Truth.YES
    return not statement.allow and all_of_it
