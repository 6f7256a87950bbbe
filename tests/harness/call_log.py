"""The emulator's log of the calls that it was asked."""

import json
from urllib.request import Request, urlopen


class CallLog:
    """Reads and empties the log of a running emulator."""

    def __init__(self, url: str) -> None:
        self._url = url

    def forget(self) -> None:
        """Empty the log."""
        request = Request(f"{self._url}/_emulator/reset", method="POST")  # noqa: S310 - loopback
        urlopen(request).close()  # noqa: S310 - loopback

    def operations(self) -> list[str]:
        """Return all operations since the log was emptied, in order."""
        return [call["operation"] for call in self._calls()]

    def writes(self) -> list[str]:
        """Return the operations that change something."""
        return [call["operation"] for call in self._calls() if call["write"]]

    def parameters(self, operation: str) -> list[dict[str, object]]:
        """Return the parameters of every call of one operation."""
        return [call["parameters"] for call in self._calls() if call["operation"] == operation]

    def _calls(self) -> list[dict[str, object]]:
        with urlopen(f"{self._url}/_emulator/calls") as answer:  # noqa: S310 - loopback
            calls: list[dict[str, object]] = json.load(answer)
        return calls
