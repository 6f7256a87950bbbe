"""A call as CloudTrail records it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.http.calls import Call
from eks_pod_identity_emulator.seed import SeedEvent

_VERSION = "1.11"
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_OURS = "(sensitive)"


@dataclass(frozen=True, slots=True)
class Event:
    """An event and what LookupEvents selects by.

    Attributes:
        id: eventID.
        account: Account whose history has it.
        region: Region whose history has it.
        name: eventName.
        source: eventSource, such as sts.amazonaws.com.
        time: eventTime.
        read_only: Whether the call changes nothing.
        record: The whole record.
    """

    id: str
    account: str
    region: str
    name: str
    source: str
    time: datetime
    read_only: bool
    record: Mapping[str, Any]

    @property
    def user_name(self) -> str | None:
        """The user, role or Kubernetes subject that LookupEvents names."""
        identity = self.record.get("userIdentity") or {}
        issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
        found: str | None = identity.get("userName") or issuer.get("userName")
        return found

    @property
    def access_key_id(self) -> str | None:
        """The access key of the caller."""
        found: str | None = (self.record.get("userIdentity") or {}).get("accessKeyId")
        return found

    @property
    def resources(self) -> list[dict[str, str]]:
        """Type and name of what the call is about: for STS, the role."""
        parameters = self.record.get("requestParameters") or {}
        role = parameters.get("roleArn") or parameters.get("roleName")
        return [{"ResourceType": "AWS::IAM::Role", "ResourceName": role}] if role else []

    def shown(self) -> dict[str, Any]:
        """Return the event as LookupEvents shows it."""
        return {
            "EventId": self.id,
            "EventName": self.name,
            "ReadOnly": "true" if self.read_only else "false",
            "AccessKeyId": self.access_key_id,
            "EventTime": self.time,
            "EventSource": self.source,
            "Username": self.user_name,
            "Resources": self.resources,
            "CloudTrailEvent": json.dumps(self.record),
        }


def event_of_call(call: Call) -> Event:
    """Return the event of a call that was answered."""
    source = f"{call.service}.amazonaws.com"
    more: dict[str, Any] = {
        "userIdentity": {"type": "AWSService", "invokedBy": call.invoked_by}
        if call.invoked_by
        else dict(call.identity),
        "userAgent": call.invoked_by or call.user_agent,
        "requestParameters": _parameters(call.parameters),
    }
    if call.error is not None:
        more["errorCode"] = call.error.removesuffix("Exception")
    event = _Place(call.account, call.region, call.time)
    return event.event(call.operation, source, read_only=not call.write, more=more)


def event_of_seed(account: str, region: str, seed: SeedEvent) -> Event:
    """Return an event of the past."""
    record = dict(seed.record)
    read_only = bool(record.get("readOnly", True))
    return _Place(account, region, seed.time).event(
        seed.name, seed.source, read_only=read_only, more=record
    )


@dataclass(frozen=True, slots=True)
class _Place:
    account: str
    region: str
    time: datetime

    def event(self, name: str, source: str, *, read_only: bool, more: Mapping[str, Any]) -> Event:
        event_id = str(uuid.uuid4())
        record = {
            "eventVersion": _VERSION,
            "eventTime": self.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": source,
            "eventName": name,
            "awsRegion": self.region,
            "sourceIPAddress": "127.0.0.1",
            "eventID": event_id,
            "readOnly": read_only,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.account,
            "eventCategory": "Management",
            **more,
        }
        return Event(
            event_id, self.account, self.region, name, source, self.time, read_only, record
        )


def _parameters(given: object) -> object:
    """Return parameters as records spell them: a small first letter, secrets hidden."""
    if given == _OURS:
        return _HIDDEN
    if isinstance(given, Mapping):
        return {name[:1].lower() + name[1:]: _parameters(value) for name, value in given.items()}
    if isinstance(given, list):
        return [_parameters(value) for value in given]
    return str(given) if isinstance(given, datetime) else given
