"""LookupEvents, the one operation of CloudTrail that the emulator answers.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.cloudtrail.history import EventHistory
from eks_pod_identity_emulator.cloudtrail.record import Event
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError

_PAGE = 50
_ATTRIBUTES: Mapping[str, Callable[[Event], tuple[str | None, ...]]] = MappingProxyType(
    {
        "EventId": lambda event: (event.id,),
        "EventName": lambda event: (event.name,),
        "EventSource": lambda event: (event.source,),
        "ReadOnly": lambda event: ("true" if event.read_only else "false",),
        "Username": lambda event: (event.user_name,),
        "AccessKeyId": lambda event: (event.access_key_id,),
        "ResourceName": lambda event: tuple(one["ResourceName"] for one in event.resources),
        "ResourceType": lambda event: tuple(one["ResourceType"] for one in event.resources),
    }
)


class CloudTrailService:
    """Looks events up, in the account and region of the caller."""

    operations = frozenset({"LookupEvents"})

    def __init__(self, history: EventHistory) -> None:
        self._history = history

    def call(self, _operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer LookupEvents.

        Raises:
            ApiError: More than one attribute, a time range that ends before it begins, or a token
                that is none of ours.
        """
        _check(params)
        found = [
            event
            for event in self._history.shown(caller.account, caller.region)
            if _is_asked_for(event, params)
        ]
        start = _position(params.get("NextToken"))
        end = start + params.get("MaxResults", _PAGE)
        answer: dict[str, Any] = {"Events": [event.shown() for event in found[start:end]]}
        if end < len(found):
            answer["NextToken"] = base64.b64encode(b"%d" % end).decode()
        return answer


def _check(params: Mapping[str, Any]) -> None:
    if len(params.get("LookupAttributes", ())) > 1:
        message = "You can only specify one lookup attribute."
        raise ApiError("InvalidLookupAttributesException", message)
    start, end = _time(params.get("StartTime")), _time(params.get("EndTime"))
    if start is not None and end is not None and start > end:
        message = "The start time must be before the end time."
        raise ApiError("InvalidTimeRangeException", message)


def _is_asked_for(event: Event, params: Mapping[str, Any]) -> bool:
    start, end = _time(params.get("StartTime")), _time(params.get("EndTime"))
    moment = event.time.timestamp()
    if (start is not None and moment < start) or (end is not None and moment > end):
        return False
    return all(
        one["AttributeValue"] in _ATTRIBUTES[one["AttributeKey"]](event)
        for one in params.get("LookupAttributes", ())
    )


def _time(given: object) -> float | None:
    """Return seconds since 1970, whether the client sent a number or a text."""
    if given is None or isinstance(given, int | float):
        return given
    if isinstance(given, datetime):
        return given.timestamp()
    return datetime.fromisoformat(str(given)).timestamp()


def _position(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        raise ApiError("InvalidNextTokenException", "The token is not valid.") from None
