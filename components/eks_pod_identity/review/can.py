"""What a pod can do: whether a call of it is allowed, and by which statement.

In: a pod's sessions, the policies that AWS has, and what is told beside (a service control policy,
a resource policy, tags of the resource). Out: allowed, denied, or what it depends on. Follows
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from eks_pod_identity.access.reach import Answer
from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    Request,
    Statement,
    Truth,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.review.role_trust import Use
from eks_pod_identity.review.session import PodSessions, Session, absent_keys
from eks_pod_identity.review.who import lets_in

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is asked about.

    Attributes:
        action: `service:Action`.
        resource: The ARN of what is acted on, or `*`.
        resource_tags: Its tags.
        service_control_policies: Documents of the organization, which all have to allow.
    """

    action: str
    resource: str
    resource_tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    service_control_policies: tuple[Json, ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One group of policies, and what it says.

    Attributes:
        of: The group, as in "permissions of role x".
        decision: What it says.
        document: The policy with the statement that decided; empty if none did.
        statement: The statement's Sid or number.
        depends_on: What has to be known first.
    """

    of: str
    decision: Decision
    document: str = ""
    statement: str = ""
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CanAnswer:
    """Whether a pod can do something.

    Attributes:
        pod: Whose pods, with their sessions.
        decision: What all groups together say.
        reasons: The groups, in the order in which they are asked.
    """

    pod: PodSessions
    decision: Decision
    reasons: tuple[Reason, ...]

    @property
    def deciding(self) -> Reason:
        """The first group that does not allow it; the first of all if all do."""
        return next(each for each in self.reasons if each.decision is self.decision)


def can(pod: PodSessions, call: Call, state: AccountState) -> CanAnswer:
    """Return whether pods of an association can make a call."""
    reasons = tuple(_reasons(pod, call, state))
    found = {each.decision for each in reasons}
    for decision in (Decision.DENIED, Decision.UNPROVED):
        if decision in found:
            return CanAnswer(pod, decision, reasons)
    return CanAnswer(pod, Decision.ALLOWED, reasons)


def _reasons(pod: PodSessions, call: Call, state: AccountState) -> Iterator[Reason]:
    yield from _first_trust(pod)
    yield from chain_reasons(pod, state)
    yield from session_reasons(pod.last, call, state)


def chain_reasons(pod: PodSessions, state: AccountState) -> Iterator[Reason]:
    """Yield what decides whether EKS can go on from the association's role to its target."""
    for before, after in zip(pod.sessions, pod.sessions[1:], strict=False):
        yield from _hop(pod, before, after, state)


def _first_trust(pod: PodSessions) -> Iterator[Reason]:
    """Yield whether the association's role lets in the pod; whether it can be read comes later."""
    first = pod.sessions[0]
    if first.role is not None:
        use = Use(pod.cluster.arn, pod.association.service_account, bool(first.tags))
        found = lets_in(first.role_arn, first.role.trust_policy, use).answer
        doubt = () if found in _DECISIONS else ("what its conditions ask for",)
        decision = _DECISIONS.get(found, Decision.UNPROVED)
        yield Reason(f"trust of role {_name(first)}", decision, depends_on=doubt)


_DECISIONS = {Answer.YES: Decision.ALLOWED, Answer.NO: Decision.DENIED}


def _hop(
    pod: PodSessions, before: Session, after: Session, state: AccountState
) -> Iterator[Reason]:
    """Yield whether EKS can go on to the target role."""
    actions = ["sts:AssumeRole", *(["sts:TagSession"] if after.tags else [])]
    for action in actions:
        call = Call(action, after.role_arn)
        yield from session_reasons(before, call, state)
        yield _trusted(pod, before, after, action)


def _trusted(pod: PodSessions, before: Session, after: Session, action: str) -> Reason:
    of = f"trust of target role {_name(after)}"
    if after.role is None:
        return Reason(of, Decision.UNPROVED, depends_on=("the role, which cannot be read",))
    values = before.context_values()
    values |= {f"aws:requesttag/{key}": value for key, value in after.tags.items()}
    if not after.tags and pod.association.external_id:
        values["sts:externalid"] = pod.association.external_id
    request = _request(before, action, after.role_arn, values)
    return _decide(of, {"trust policy": after.role.trust_policy}, request, DocumentKind.TRUST)


def session_reasons(session: Session, call: Call, state: AccountState) -> Iterator[Reason]:
    """Yield what decides on a call of one session."""
    if session.role is None:
        of = f"permissions of role {_name(session)}"
        yield Reason(of, Decision.UNPROVED, depends_on=("the role, which cannot be read",))
        return
    request = _request(session, call.action, call.resource, _values(session, call))
    granted = _documents(session, state)
    yield _decide(f"permissions of role {_name(session)}", granted, request)
    boundary = session.role.permissions_boundary_arn
    if boundary:
        found = state.policies.get(boundary)
        yield _decide("permissions boundary", {boundary: found and found.document}, request)
    if session.policy:
        yield _decide("session policy", {"session policy": session.policy}, request)
    for number, each in enumerate(call.service_control_policies, 1):
        yield _decide(f"service control policy {number}", {f"policy {number}": each}, request)
    yield from _other_account(session, call)


def _other_account(session: Session, call: Call) -> Iterator[Reason]:
    resource = parse_arn(call.resource)
    foreign = resource and session.arn and resource.account != session.arn.account
    if foreign and resource and resource.account.isdigit():
        told = (f"the resource policy, for the resource is of account {resource.account}",)
        yield Reason("resource policy", Decision.UNPROVED, depends_on=told)


def _documents(session: Session, state: AccountState) -> dict[str, Json]:
    role = session.role
    if role is None:
        return {}
    attached = {arn: state.policies.get(arn) for arn in role.attached_policy_arns}
    managed = {arn: policy and policy.document for arn, policy in attached.items()}
    return {
        **{f"inline policy {name}": each for name, each in role.inline_policies.items()},
        **managed,
    }


def _values(session: Session, call: Call) -> dict[str, str]:
    values = session.context_values()
    resource = parse_arn(call.resource)
    if resource and resource.account.isdigit():
        values["aws:resourceaccount"] = resource.account
    if resource and resource.region:
        values["aws:requestedregion"] = resource.region
    for key, value in call.resource_tags.items():
        values[f"aws:resourcetag/{key.lower()}"] = value
        service = call.action.partition(":")[0].lower()
        values[f"{service}:resourcetag/{key.lower()}"] = value
        if service == "s3":
            values[f"s3:existingobjecttag/{key.lower()}"] = value
    return values


def _request(session: Session, action: str, resource: str, values: Mapping[str, str]) -> Request:
    context = Context.of(values, absent=absent_keys(session) - set(values))
    return Request(Principal.aws(session.role_arn), action, resource, context)


def _decide(
    of: str,
    documents: Mapping[str, Json],
    request: Request,
    kind: DocumentKind = DocumentKind.IDENTITY,
) -> Reason:
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


def _name(session: Session) -> str:
    return session.role_arn.rpartition("/")[2]
