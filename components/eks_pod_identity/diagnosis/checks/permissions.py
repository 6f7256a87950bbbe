"""What the pods' role allows: something at all, to these sessions, and the call that is named.

`can` decides on a call. Without one, what can be shown is a role without policies, a boundary or a
denial of everything, and statements that no session of these pods can meet.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, skipped, unknown, unread
from eks_pod_identity.diagnosis.session_statements import Granted, read_grants
from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.observed.picture import Picture
from eks_pod_identity.review.can import Call, CanAnswer, can
from eks_pod_identity.review.reason import Reason
from eks_pod_identity.review.session import PodSessions, sessions_of


def pod_sessions(picture: Picture) -> PodSessions | None:
    """Return the sessions of the pods, None without an association."""
    return next(iter(sessions_of(picture.iam)), None)


def check_permissions(picture: Picture) -> Iterator[Finding]:
    """Yield whether the role of the pods' last session allows what they need."""
    pod = pod_sessions(picture)
    if pod is None:
        yield skipped("there is no role to ask")
        return
    arn = pod.last.role_arn
    if pod.last.role is None:
        if arn in picture.unread_roles:
            yield unread("permissions cannot be read", picture.unread_roles[arn])
        else:
            yield skipped(f"{arn} does not exist")
        return
    yield from _general(read_grants(pod.last, picture.iam), pod, picture)
    if picture.question.action:
        call = Call(
            picture.question.action,
            picture.question.resource or "*",
            picture.question.resource_tags,
        )
        yield of_answer(can(pod, call, picture.iam), call, picture)


def _general(granted: Granted, pod: PodSessions, picture: Picture) -> Iterator[Finding]:
    name = pod.last.role_arn.rpartition("/")[2]
    command = f"aws iam attach-role-policy --role-name {name} --policy-arn ARN"
    if granted.unread:
        shown = [f"aws iam get-policy --policy-arn {each}" for each in granted.unread]
        yield unknown(f"policies of role {name} cannot be read", granted.unread, shown)
    elif granted.denies:
        yield cause(
            DoctorFault.PERMISSION_MISSING, f"all calls of role {name} are denied", granted.denies
        )
    elif not granted.allows and not granted.dead:
        message = f"role {name} has no policy that allows anything"
        yield cause(DoctorFault.PERMISSION_MISSING, message, help_=[command])
    elif not granted.allows:
        message = f"no statement of role {name} applies to sessions of these pods"
        yield cause(DoctorFault.PERMISSION_DEAD, message, granted.dead, _tags_help(pod, picture))
    else:
        yield ok(f"role {name} allows {granted.shown}")
    if granted.allows and granted.dead:
        message = f"some statements of role {name} never apply to sessions of these pods"
        yield note(message, granted.dead, _tags_help(pod, picture))


def _tags_help(pod: PodSessions, picture: Picture) -> list[str]:
    if pod.last.tags:
        return ["correct the values, or the policy"]
    id_ = pod.association.id
    name = picture.cluster_name
    return [
        (
            f"aws eks update-pod-identity-association --cluster-name {name} --association-id {id_} "
            "--no-disable-session-tags"
        )
    ]


def of_answer(answer: CanAnswer, call: Call, picture: Picture) -> Finding:
    """Return what an answer of `can` means for the pods."""
    shown = f"{call.action} on {call.resource}"
    command = (
        f"eks-pod-identity can {picture.account} {call.action} '{call.resource}' "
        f"--cluster {picture.cluster_name}"
    )
    reason = answer.deciding
    if answer.decision is Decision.ALLOWED:
        return ok(f"{shown} is allowed", [_by(reason)])
    if answer.decision is Decision.DENIED:
        fault, name = DoctorFault.PERMISSION_MISSING, answer.pod.last.role_arn.rpartition("/")[2]
        return cause(fault, f"{shown} is denied", [_by(reason)], [_grant(name, call), command])
    return unknown(
        f"whether {shown} is allowed depends on what is not known", reason.depends_on, [command]
    )


def _by(reason: Reason) -> str:
    where = f', {reason.document}, statement "{reason.statement}"' if reason.document else ""
    none = ", no statement allows it" if reason.decision is Decision.DENIED and not where else ""
    return f"by {reason.of}{where}{none}"


def _grant(role: str, call: Call) -> str:
    statement: Mapping[str, Any] = {
        "Effect": "Allow",
        "Action": call.action,
        "Resource": call.resource,
    }
    text = ", ".join(f'"{key}": "{value}"' for key, value in statement.items())
    return f"allow it in a policy of role {role}:\n{{{text}}}"
