"""What CloudTrail has on a role and its sessions: who assumed it, and which calls were refused.

LookupEvents has management events of 90 days, some minutes late, and looks by one attribute at a
time, twice a second. So little is asked: the events that name the role, those of its newest
sessions, and the newest of all. Calls on data, such as s3:GetObject, are not among them.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.workload import CallRecord

_PER_PAGE = 50
_PAGES_OF_ALL = 4
_SESSIONS = 3
_EXCHANGE = "AssumeRoleForPodIdentity"


def observe_calls(session: AwsSession, role_arns: Iterable[str]) -> tuple[CallRecord, ...]:
    """Return the calls on record that concern roles or their sessions, newest first.

    Args:
        session: Where to ask and as whom.
        role_arns: The roles.

    Raises:
        ObservationError: AWS could not be read.
    """
    roles = frozenset(role_arns)
    try:
        trail = _Trail(session.cloudtrail())
        records = dict(trail.records("EventName", _EXCHANGE))
        for arn in sorted(roles):
            records.update(trail.records("ResourceName", arn))
            records.update(trail.records("Username", arn.rpartition("/")[2]))
        names = dict.fromkeys(name for each in records.values() for name in _sessions(each))
        for name in list(names)[:_SESSIONS]:
            records.update(trail.records("Username", name))
        records.update(trail.newest())
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the events of CloudTrail") from error
    found = filter(None, map(_call, records.values()))
    concerned = (each for each in found if _concerns(each, roles))
    return tuple(sorted(concerned, key=lambda each: each.time, reverse=True))


class _Trail:
    def __init__(self, client: Any) -> None:  # noqa: ANN401 - a client without stubs
        self._client = client

    def records(self, attribute: str, value: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        looked_for = [{"AttributeKey": attribute, "AttributeValue": value}]
        yield from self._pages(1, LookupAttributes=looked_for)

    def newest(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from self._pages(_PAGES_OF_ALL)

    def _pages(self, most: int, **request: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - boto3's own
        for _ in range(most):
            page = self._client.lookup_events(MaxResults=_PER_PAGE, **request)
            for event in page["Events"]:
                yield event["EventId"], event
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]


def _sessions(event: Mapping[str, Any]) -> Iterator[str]:
    name = (_record(event).get("requestParameters") or {}).get("roleSessionName")
    if isinstance(name, str) and event.get("EventName") == "AssumeRole":
        yield name


def _record(event: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _call(event: Mapping[str, Any]) -> CallRecord | None:
    record = _record(event)
    time = event.get("EventTime")
    if not isinstance(time, datetime):
        return None
    identity = _mapping(record.get("userIdentity"))
    issuer = _mapping(_mapping(identity.get("sessionContext")).get("sessionIssuer"))
    asked = _mapping(record.get("requestParameters"))
    session = str(identity.get("arn") or "").rpartition("/")[2]
    return CallRecord(
        time=time.astimezone(UTC),
        source=str(record.get("eventSource") or event.get("EventSource") or ""),
        name=str(record.get("eventName") or event.get("EventName") or ""),
        role_arn=str(issuer.get("arn") or _role_of(str(identity.get("arn") or ""))),
        session=session or str(event.get("Username") or ""),
        resources=tuple(dict.fromkeys(_resources(event, record, asked))),
        assumed_session=str(asked.get("roleSessionName") or ""),
        session_tags=dict(_tags(asked)),
        cluster=str(asked.get("clusterName") or ""),
        error_code=str(record.get("errorCode") or ""),
        error_message=str(record.get("errorMessage") or ""),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _resources(
    event: Mapping[str, Any], record: Mapping[str, Any], asked: Mapping[str, Any]
) -> Iterator[str]:
    yield from (each["ResourceName"] for each in event.get("Resources") or () if each)
    yield from (each["ARN"] for each in record.get("resources") or () if each.get("ARN"))
    if isinstance(asked.get("roleArn"), str):
        yield asked["roleArn"]


def _tags(asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in asked.get("tags") or ():
        if isinstance(each, Mapping) and "key" in each:
            yield str(each["key"]), str(each.get("value", ""))


def _role_of(session_arn: str) -> str:
    """Return a role's ARN without path, of the ARN of one of its sessions; empty if it is none."""
    arn = parse_arn(session_arn)
    kind, _, rest = arn.resource.partition("/") if arn else ("", "", "")
    if arn is None or arn.service != "sts" or kind != "assumed-role":
        return ""
    return f"arn:{arn.partition}:iam::{arn.account}:role/{rest.partition('/')[0]}"


def _concerns(call: CallRecord, roles: frozenset[str]) -> bool:
    named = {*call.resources, call.role_arn}
    plain = {f"{arn.partition('/')[0]}/{arn.rpartition('/')[2]}" for arn in roles}
    return call.name == _EXCHANGE or bool(named & (roles | plain))
