"""The role of the pods' nodes: the agent calls EKS Auth with it.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
"""

from collections.abc import Iterator, Sequence

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, skipped, unknown, unread
from eks_pod_identity.diagnosis.nodes import has_no_agent_at_all, node_of
from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import AUTO_MODE, NodeRole
from eks_pod_identity.review.can import Call, session_reasons
from eks_pod_identity.review.reason import Reason
from eks_pod_identity.review.session import Session

EXCHANGE = "eks-auth:AssumeRoleForPodIdentity"
_POLICY = "AmazonEKSWorkerNodePolicy"
_HOURS = 6


def check_node_role(picture: Picture) -> Iterator[Finding]:
    """Yield whether the nodes of the pods may ask EKS Auth for credentials."""
    found = picture.node_roles
    if picture.here is None:
        yield skipped("the cluster is not there, or cannot be read")
    elif isinstance(found, Unread):
        yield unread("the roles of nodes cannot be read", found)
    elif picture.pods and all(has_no_agent_at_all(each, picture) for each in picture.pods):
        yield skipped("the pods run where no agent can run")
    else:
        roles, certain = _concerned(found, picture)
        yield from _of_roles(roles, picture, certain=certain)


def _concerned(found: Sequence[NodeRole], picture: Picture) -> tuple[list[NodeRole], bool]:
    """Return the roles that the pods' nodes have, and whether it is certain that they do.

    Without pods, and for nodes of no node group, any role that fits may be meant.
    """
    groups = {node.nodegroup if (node := node_of(each, picture)) else None for each in picture.pods}
    if groups and None not in groups and "" not in groups:
        return [each for each in found if each.nodegroup in groups], True
    if groups == {""}:
        rest = [each for each in found if not each.nodegroup]
        return rest, len({each.arn for each in rest}) == 1
    return list(found), len({each.arn for each in found}) == 1


def _of_roles(roles: Sequence[NodeRole], picture: Picture, *, certain: bool) -> Iterator[Finding]:
    if not roles:
        yield note(
            f"EKS does not say which role the nodes have; it needs {EXCHANGE}",
            help_=["kubectl get nodes -o jsonpath='{.items[*].spec.providerID}'"],
        )
    seen: dict[str, NodeRole] = {}
    for each in roles:
        seen.setdefault(each.arn, each)
    verdicts = {arn: _decide(arn, picture) for arn in seen}
    denied = [arn for arn, each in verdicts.items() if each[0] is Decision.DENIED]
    for arn, each in seen.items():
        is_cause = certain or len(denied) == len(seen)
        yield from _of_role(each, verdicts[arn], picture, is_cause=is_cause)


def _decide(arn: str, picture: Picture) -> tuple[Decision, tuple[Reason, ...]]:
    role = picture.iam.roles.get(arn)
    here = picture.here
    if role is None or here is None:
        return Decision.UNPROVED, ()
    session = Session(arn, role, _HOURS, {})
    asked = session_reasons(session, Call(EXCHANGE, here.arn), picture.iam)
    reasons = tuple(each for each in asked if each.counts)
    found = {each.decision for each in reasons}
    if Decision.DENIED in found:
        return Decision.DENIED, reasons
    return (Decision.UNPROVED if Decision.UNPROVED in found else Decision.ALLOWED), reasons


def _of_role(
    each: NodeRole,
    verdict: tuple[Decision, tuple[Reason, ...]],
    picture: Picture,
    *,
    is_cause: bool,
) -> Iterator[Finding]:
    name, evidence = each.arn.rpartition("/")[2], [f"role of {each.source}: {each.arn}"]
    attach = (
        f"aws iam attach-role-policy --role-name {name} "
        f"--policy-arn arn:aws:iam::aws:policy/{_POLICY}"
    )
    if each.arn in picture.iam.missing_roles:
        yield _missing(each, name, evidence)
    elif each.arn in picture.unread_roles:
        yield unread(f"role {name} of the nodes cannot be read", picture.unread_roles[each.arn])
    elif verdict[0] is Decision.ALLOWED:
        yield ok(f"role {name} of the nodes may call {EXCHANGE}", evidence)
    elif verdict[0] is Decision.UNPROVED:
        on = [line for reason in verdict[1] for line in reason.depends_on]
        yield unknown(f"whether role {name} of the nodes may call {EXCHANGE} depends", on, [attach])
    elif is_cause:
        message = f"role {name} of the nodes may not call {EXCHANGE}"
        yield cause(DoctorFault.NODE_ROLE_DENIED, message, [*evidence, *_by(verdict[1])], [attach])
    else:
        message = f"role {name}, which other nodes have, may not call {EXCHANGE}"
        yield note(message, evidence, [attach])


def _missing(each: NodeRole, name: str, evidence: Sequence[str]) -> Finding:
    message = f"role {name} of the nodes does not exist"
    help_ = f"create role {name} with {_POLICY}"
    if each.source == AUTO_MODE:  # nodes that run have another one; it is for those to come
        return note(message, evidence, [help_])
    return cause(DoctorFault.NODE_ROLE_MISSING, message, evidence, [help_])


def _by(reasons: Sequence[Reason]) -> Iterator[str]:
    for each in reasons:
        if each.decision is Decision.DENIED:
            where = f', {each.document}, statement "{each.statement}"' if each.statement else ""
            yield f"by {each.of}{where or ', no statement allows it'}"
