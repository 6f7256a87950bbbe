"""The target role: there, and within reach of the association's role.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

import json
from collections.abc import Iterator

from eks_pod_identity.diagnosis.checks.permissions import pod_sessions
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped, unknown, unread
from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.iam.target_trust import (
    ChainedAssociation,
    build_target_grant,
    build_target_trust_policy,
)
from eks_pod_identity.observed.picture import Picture
from eks_pod_identity.review.can import chain_reasons
from eks_pod_identity.review.reason import Reason
from eks_pod_identity.review.session import PodSessions

_TRUST = "trust of target"


def check_target_chain(picture: Picture) -> Iterator[Finding]:
    """Yield whether EKS can go on to the target role."""
    pod = pod_sessions(picture)
    if pod is None or not pod.sessions[1:]:
        yield skipped("the association names no target role")
        return
    arn = pod.last.role_arn
    if arn in picture.iam.missing_roles:
        message = f"target role {arn} does not exist"
        yield cause(DoctorFault.TARGET_MISSING, message, help_=_another(pod, picture))
        return
    yield from _of_reasons(pod, picture)
    if arn in picture.unread_roles:
        yield unread("the target role cannot be read", picture.unread_roles[arn])


def _another(pod: PodSessions, picture: Picture) -> list[str]:
    name, id_ = picture.cluster_name, pod.association.id
    return [
        (
            f"aws eks update-pod-identity-association --cluster-name {name} --association-id {id_} "
            "--target-role-arn ARN"
        )
    ]


def _of_reasons(pod: PodSessions, picture: Picture) -> Iterator[Finding]:
    reasons = tuple(each for each in chain_reasons(pod, picture.iam) if each.counts)
    denied = [each for each in reasons if each.decision is Decision.DENIED]
    if denied:
        message = f"EKS cannot go on from {_name(pod, 0)} to target role {pod.last.role_arn}"
        helps = [_repair(each, pod) for each in denied]
        yield cause(
            DoctorFault.TARGET_REFUSED,
            message,
            dict.fromkeys(map(_shown, denied)),
            dict.fromkeys(helps),
        )
        return
    open_ = [each for each in reasons if each.decision is Decision.UNPROVED]
    if open_ and pod.last.role is not None:
        on = [line for each in open_ for line in each.depends_on]
        message = "whether EKS can go on to the target role depends on what is not known"
        yield unknown(message, dict.fromkeys(on), ["eks-pod-identity who " + _name(pod, -1)])
    elif not open_:
        yield ok(f"{_name(pod, 0)} may assume {pod.last.role_arn}")


def _name(pod: PodSessions, number: int) -> str:
    return pod.sessions[number].role_arn.rpartition("/")[2]


def _shown(reason: Reason) -> str:
    where = f', {reason.document}, statement "{reason.statement}"' if reason.statement else ""
    return f"{reason.of} refuses{where or ': no statement allows it'}"


def _repair(reason: Reason, pod: PodSessions) -> str:
    tags = bool(pod.last.tags)
    if reason.of.startswith(_TRUST):
        source, account = pod.sessions[0].role_arn, pod.association.service_account
        chained = ChainedAssociation(source, pod.cluster.arn, account, session_tags=tags)
        document = build_target_trust_policy([chained])
        where = f"the trust policy of {pod.last.role_arn}"
    else:
        document = build_target_grant([pod.last.role_arn], session_tags=tags)
        where = f"the permissions of role {_name(pod, 0)}"
    statements = "\n".join(json.dumps(each, indent=1) for each in document["Statement"])
    return f"add to {where}:\n{statements}"
