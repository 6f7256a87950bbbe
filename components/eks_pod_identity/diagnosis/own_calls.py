"""Which calls on CloudTrail's record are of the sessions that are asked about."""

from collections.abc import Iterator

from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import CallRecord

EXCHANGE = "AssumeRoleForPodIdentity"
_NAMESPACE, _ACCOUNT = "kubernetes-namespace", "kubernetes-service-account"


def own_calls(picture: Picture) -> Iterator[CallRecord]:
    """Yield calls by sessions of the association's roles, and the calls that made these sessions.

    A session that several service accounts share a role with is another's if its tags say so.
    """
    association, calls = picture.associated_with, picture.calls
    if association is None or isinstance(calls, Unread):
        return
    roles = {_plain(each) for each in (association.role_arn, association.target_role_arn) if each}
    foreign = {name for each in calls for name in _foreign_session(each, picture)}
    for each in calls:
        made = each.name == "AssumeRole" and roles & set(map(_plain, each.resources))
        if _is_foreign(each, picture) or each.session in foreign:
            continue
        if made or _plain(each.role_arn) in roles:
            yield each


def exchanges(picture: Picture) -> Iterator[CallRecord]:
    """Yield calls of the cluster's agents to EKS Auth, for whichever pods."""
    if not isinstance(picture.calls, Unread):
        for each in picture.calls:
            if each.name == EXCHANGE and each.cluster in {"", picture.cluster_name}:
                yield each


def _plain(arn: str) -> str:
    """Return a role's ARN without its path, which ARNs of sessions lack."""
    before, slash, rest = arn.partition(":role/")
    return f"{before}{slash}{rest.rpartition('/')[2]}"


def _is_foreign(call: CallRecord, picture: Picture) -> bool:
    tags, account = call.session_tags, picture.account
    return tags.get(_NAMESPACE, account.namespace) != account.namespace or (
        tags.get(_ACCOUNT, account.name) != account.name
    )


def _foreign_session(call: CallRecord, picture: Picture) -> Iterator[str]:
    if call.name == "AssumeRole" and call.assumed_session and _is_foreign(call, picture):
        yield call.assumed_session
