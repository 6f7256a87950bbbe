"""The call log: what clients asked of AWS, so that a test can count reads and writes.

Calls that CloudFormation makes on behalf of a stack are not the caller's and never get here.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from eks_pod_identity_emulator.json_value import Json

_HIDDEN = "(sensitive)"
_LONGEST_TEXT = 20_480  # the longest policy document and a bit; templates and secrets can be larger


@dataclass(frozen=True, slots=True)
class Call:
    """One call and how it ended.

    Attributes:
        time: When the answer went out.
        account: Account that the call was made in.
        region: Region it was signed for.
        service: Signing name of the service.
        operation: Name of the operation.
        write: Whether the operation may change something.
        status: HTTP status of the answer.
        error: AWS's error code, None if the call went well.
        parameters: Request parameters; sensitive values are hidden, long ones cut.
        invoked_by: The service of AWS that called on somebody's behalf, None for a client.
        identity: Who called, as CloudTrail says it; not on the log's page.
        user_agent: What the client calls itself; not on the log's page.
    """

    time: datetime
    account: str
    region: str
    service: str
    operation: str
    write: bool
    status: int
    error: str | None
    parameters: Any
    invoked_by: str | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)
    user_agent: str = ""


class CallLog:
    """The last calls, oldest first; older ones are forgotten."""

    def __init__(
        self, capacity: int = 50_000, also: Callable[[Call], None] = lambda _: None
    ) -> None:
        """Begin empty.

        Args:
            capacity: How many calls are kept.
            also: Told each call, and keeps it when the log is emptied.
        """
        self._also = also
        self._calls: deque[Call] = deque(maxlen=capacity)
        self._forgotten = 0
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Take down one call."""
        self._also(call)
        with self._lock:
            self._forgotten += len(self._calls) == self._calls.maxlen
            self._calls.append(call)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
            self._forgotten = 0

    def snapshot(self) -> tuple[tuple[Call, ...], int]:
        """Return the calls of now, and how many older ones were forgotten."""
        with self._lock:
            return tuple(self._calls), self._forgotten


def loggable(shape: Shape | None, value: Json) -> Json:
    """Return parameters as the log may keep them: no secrets, no bodies, no endless texts."""
    if shape is not None and shape.metadata.get("sensitive"):
        return _HIDDEN
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {name: loggable(shape.members[name], item) for name, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [loggable(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: loggable(shape.value, item) for key, item in value.items()}
    if isinstance(shape, StringShape) and isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]}... ({len(value)} characters)"
    return value
