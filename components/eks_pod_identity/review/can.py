"""What a pod can do: whether a call of it is allowed, and by which statement.

In: a pod's sessions, the policies that AWS has, and what is told beside (a service control policy,
a resource policy, tags of the resource). Out: allowed, denied, or what it depends on. Follows
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eks_pod_identity.access.reach import Answer
from eks_pod_identity.iam.evaluation import Context, Decision, Principal, Request
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.review.reason import Reason, decide
from eks_pod_identity.review.resource_policy import Owner, join_resource_policy
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
        resource_policies: Documents of the resource: a bucket's, a key's, a secret's.
        resource_account: Whose resource it is, where its ARN does not say; empty for the role's.
    """

    action: str
    resource: str
    resource_tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    service_control_policies: tuple[Json, ...] = field(default=(), hash=False)
    resource_policies: tuple[Json, ...] = field(default=(), hash=False)
    resource_account: str = ""


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
        counted = (each for each in self.reasons if each.counts)
        return next(each for each in counted if each.decision is self.decision)


def can(pod: PodSessions, call: Call, state: AccountState) -> CanAnswer:
    """Return whether pods of an association can make a call."""
    reasons = tuple(_reasons(pod, call, state))
    found = {each.decision for each in reasons if each.counts}
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
        yield _trusted(pod, (before, after), action, state)


def _trusted(
    pod: PodSessions, hop: tuple[Session, Session], action: str, state: AccountState
) -> Reason:
    before, after = hop
    of = f"trust of target role {_name(after)}"
    if after.role is None:
        return _unseen(after, state)
    values = before.context_values()
    values |= {f"aws:requesttag/{key}": value for key, value in after.tags.items()}
    if not after.tags and pod.association.external_id:
        values["sts:externalid"] = pod.association.external_id
    request = _request(before, action, after.role_arn, values)
    return decide(of, {"trust policy": after.role.trust_policy}, request, DocumentKind.TRUST)


def session_reasons(session: Session, call: Call, state: AccountState) -> Iterator[Reason]:
    """Yield what decides on a call of one session."""
    if session.role is None:
        yield _unseen(session, state)
        return
    request = _request(session, call.action, call.resource, _values(session, call))
    of, documents = f"permissions of role {_name(session)}", _documents(session, state)
    yield from join_resource_policy(of, documents, _owner(session, call), request)
    boundary = session.role.permissions_boundary_arn
    if boundary:
        found = state.policies.get(boundary)
        yield decide("permissions boundary", {boundary: found and found.document}, request)
    if session.policy:
        yield decide("session policy", {"session policy": session.policy}, request)
    for number, each in enumerate(call.service_control_policies, 1):
        yield decide(f"service control policy {number}", {f"policy {number}": each}, request)


def _unseen(session: Session, state: AccountState) -> Reason:
    of = f"permissions of role {_name(session)}"
    if session.role_arn in state.missing_roles:
        return Reason(f"the missing role {_name(session)}", Decision.DENIED)
    return Reason(of, Decision.UNPROVED, depends_on=("the role, which cannot be read",))


def _owner(session: Session, call: Call) -> Owner:
    """Return the owner of the resource: as its ARN says, as given, or the role's account."""
    resource = parse_arn(call.resource)
    named = resource.account if resource and resource.account.isdigit() else ""
    own = session.arn.account if session.arn else ""
    return Owner(named or call.resource_account or own, own, call.resource_policies)


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
    if owner := _owner(session, call).account:
        values["aws:resourceaccount"] = owner
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


def _name(session: Session) -> str:
    return session.role_arn.rpartition("/")[2]
