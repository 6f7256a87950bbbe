"""Calls that AWS refused, as CloudTrail has them: of the role's sessions, and of the agents.

`can` is asked whether a refusal would be repeated now.
https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html#addon-id-troubleshoot
"""

import re
from collections.abc import Iterator, Sequence

from eks_pod_identity.diagnosis.checks.node_role import EXCHANGE
from eks_pod_identity.diagnosis.checks.permissions import pod_sessions
from eks_pod_identity.diagnosis.checks.session_size import is_too_large
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import (
    Finding,
    cause,
    note,
    ok,
    skipped,
    unread,
)
from eks_pod_identity.diagnosis.own_calls import exchanges, own_calls
from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import CallRecord
from eks_pod_identity.review.can import Call, can

_REFUSALS = ("AccessDenied", "UnauthorizedOperation", "Client.UnauthorizedOperation")
_ASKED = re.compile(r"not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?")
_SHOWN = 3


def check_refused_calls(picture: Picture) -> Iterator[Finding]:
    """Yield which calls were refused."""
    calls = picture.calls
    if picture.associated_with is None:
        yield skipped("there is no role to look for")
        return
    if isinstance(calls, Unread):
        yield unread("the events of CloudTrail cannot be read", calls)
        return
    own = tuple(own_calls(picture))
    refused = [each for each in own if is_refusal(each)]
    findings = [*_of_agents(picture, own), *_of_sessions(refused, picture)]
    yield from findings
    if not findings:
        yield _nothing_refused(own)


def is_refusal(call: CallRecord) -> bool:
    """Say whether AWS refused a call for a lack of permission."""
    return call.error_code.startswith(_REFUSALS) and not is_too_large(call)


def _nothing_refused(own: Sequence[CallRecord]) -> Finding:
    fetched = [each for each in own if each.name == "AssumeRole" and not each.error_code]
    if fetched:
        return ok("the role was assumed, and no call was refused", [str(fetched[0])])
    return ok("CloudTrail has no refused call of the role's sessions")


def _of_sessions(refused: Sequence[CallRecord], picture: Picture) -> Iterator[Finding]:
    seen = dict.fromkeys(_asked(each) for each in refused)
    for asked in list(seen)[:_SHOWN]:
        newest = next(each for each in refused if _asked(each) == asked)
        yield _of_call(newest, asked, picture)


def _asked(call: CallRecord) -> tuple[str, str]:
    """Return action and resource of a refused call, as far as the record says."""
    found = _ASKED.search(call.error_message)
    if found:
        return found[1], (found[2] or "*").rstrip(".,")
    return f"{call.source.partition('.')[0]}:{call.name}", "*"


def _of_call(call: CallRecord, asked: tuple[str, str], picture: Picture) -> Finding:
    pod = pod_sessions(picture)
    action, resource = asked
    evidence = [str(call), *([call.error_message] if call.error_message else [])]
    command = (
        f"eks-pod-identity can {picture.account} {action} '{resource}' "
        f"--cluster {picture.cluster_name}"
    )
    if pod is not None:
        answer = can(pod, Call(action, resource), picture.iam)
        if answer.decision is Decision.ALLOWED and "explicit deny" not in call.error_message:
            message = f"{action} was refused, and the role's policies allow it now"
            return note(message, evidence, [command])
    message = f"{action} on {resource} was refused"
    return cause(DoctorFault.CALL_REFUSED, message, evidence, [command])


def _of_agents(picture: Picture, own: Sequence[CallRecord]) -> Iterator[Finding]:
    """Yield refusals of EKS Auth, which do not say for which pod, unless one succeeded since."""
    asked = list(exchanges(picture))
    refused = [each for each in asked if each.error_code]
    if not refused or _succeeded_since(refused[0], (*asked, *own)):
        return
    newest = refused[0]
    evidence = [str(newest), *([newest.error_message] if newest.error_message else [])]
    if f"not authorized to perform: {EXCHANGE}" in newest.error_message:
        name = newest.role_arn.rpartition("/")[2] or "NODE_ROLE"
        command = (
            f"aws iam attach-role-policy --role-name {name} "
            "--policy-arn arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
        )
        message = "the nodes' agent may not ask EKS Auth for credentials"
        helps = [command, "service control policies have to allow eks-auth:*, too"]
        yield cause(DoctorFault.NODE_ROLE_DENIED, message, evidence, helps)
    else:
        yield note("EKS Auth refused credentials to some pod of the cluster", evidence)


def _succeeded_since(refused: CallRecord, calls: Sequence[CallRecord]) -> bool:
    return any(
        not each.error_code and each.time > refused.time and each.name.startswith("AssumeRole")
        for each in calls
    )
