"""The emulator's log of the calls that it was asked."""

from typing import Any

from harness.emulator import RunningEmulator


class CallLog:
    """Reads and empties the log of a running emulator."""

    def __init__(self, emulator: RunningEmulator) -> None:
        self._emulator = emulator

    def forget(self) -> None:
        """Empty the log."""
        self._emulator.reset_calls()

    def operations(self) -> list[str]:
        """Return all operations since the log was emptied, in order."""
        return [call["operation"] for call in self._emulator.calls()]

    def writes(self) -> list[str]:
        """Return the operations of AWS that change something."""
        calls = self._emulator.calls()
        return [c["operation"] for c in calls if c["write"] and c["service"] != "kubernetes"]

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        """Return the parameters of every call of one operation."""
        calls = self._emulator.calls()
        return [call["parameters"] for call in calls if call["operation"] == operation]
