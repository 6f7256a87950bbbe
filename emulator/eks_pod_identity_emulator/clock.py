"""Time, as the emulator sees it, so that tests can move it by hand."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where services read the time; `monotonic` and `now` advance together."""

    def now(self) -> datetime:
        """Return the time of day, in UTC: what answers show as createdAt."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back: what delays are measured with."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()
