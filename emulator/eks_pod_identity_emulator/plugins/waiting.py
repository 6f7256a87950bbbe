"""Patience: trying again while a service has not caught up, and waiting for a status.

The loops are those of terraform-provider-aws (its `retry` package): first look after a tenth of a
second, then twice as long each time. The longest pause is shorter than there (10 s), because the
emulator's changes take tenths of a second.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from eks_pod_identity_emulator.plugins.provider import PluginError

T = TypeVar("T")
F = TypeVar("F", bound=Exception)

# A resource that cannot be found this often in a row while one waits for it is gone for good.
_NOT_FOUND_CHECKS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How long waiting takes, in seconds.

    Attributes:
        propagation: How long a change may take to be seen everywhere (two minutes in the real
            provider's iam, eks and secretsmanager packages).
        first: The first pause.
        longest: The longest pause.
    """

    propagation: float = 120.0
    first: float = 0.1
    longest: float = 2.0


class TimedOutError(PluginError):
    """A status did not come in time."""


class UnexpectedStatusError(PluginError):
    """A status came that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Status:
    """What one look found: the word AWS uses, and what it says about it."""

    word: str
    issues: str = ""


class Waiting:
    """Waits that end when the engine cancels."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._cancelled = Event()

    def cancel(self) -> None:
        """End all waits, now and later."""
        self._cancelled.set()

    def pause(self, seconds: float) -> None:
        """Sleep unless cancelled.

        Raises:
            PluginError: The engine cancelled.
        """
        if self._cancelled.wait(seconds):
            raise PluginError("cancelled")

    def retry(
        self,
        action: Callable[[], T],
        failure_type: type[F],
        retryable: Callable[[F], bool],
        timeout: float | None = None,
    ) -> T:
        """Repeat an action while it fails in a way that time cures; then raise its failure."""
        deadline = time.monotonic() + (self.pace.propagation if timeout is None else timeout)
        pause = self.pace.first
        while True:
            try:
                return action()
            except failure_type as failure:
                if not retryable(failure) or time.monotonic() + pause > deadline:
                    raise
            self.pause(pause)
            pause = min(pause * 2, self.pace.longest)

    def until(
        self,
        look: Callable[[], Status | None],
        pending: Collection[str],
        target: str | None,
        timeout: float,
    ) -> None:
        """Wait for a status.

        Args:
            look: Returns the status, or nothing if the resource cannot be found.
            pending: Statuses on the way.
            target: The status wanted; nothing to wait until the resource cannot be found.
            timeout: Seconds.

        Raises:
            UnexpectedStatusError: Another status came, or the resource cannot be found.
            TimedOutError: The status did not come in time.
        """
        deadline = time.monotonic() + timeout
        pause, missing = self.pace.first, 0
        while True:
            status = look()
            if target == (status.word if status else None):
                return
            missing = missing + 1 if status is None else 0
            _refuse(status, missing, pending, target)
            if time.monotonic() + pause > deadline:
                raise TimedOutError(_timed_out(status, target, timeout))
            self.pause(pause)
            pause = min(pause * 2, self.pace.longest)


def _refuse(
    status: Status | None, missing: int, pending: Collection[str], target: str | None
) -> None:
    if missing > _NOT_FOUND_CHECKS:
        raise UnexpectedStatusError(f"couldn't find resource ({missing} retries)")
    if status and status.word not in pending:
        raise UnexpectedStatusError(
            f"unexpected state '{status.word}', wanted target '{target or ''}'. "
            f"last error: {status.issues or '%!s(<nil>)'}"
        )


def _timed_out(status: Status | None, target: str | None, timeout: float) -> str:
    last = f"last state: '{status.word}', " if status else ""
    issues = f": {status.issues}" if status and status.issues else ""
    wanted = f"become '{target}'" if target else "be gone"
    return f"timeout while waiting for state to {wanted} ({last}timeout: {timeout:g}s){issues}"
