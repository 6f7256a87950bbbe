"""botocore's waiters at the emulator's pace."""

from typing import Any

_PACE = {"Delay": 0.1, "MaxAttempts": 100}


def wait_until(client: Any, waiter: str, **names: str) -> None:  # noqa: ANN401 - boto3's clients have no static type here
    """Let a waiter of boto3 wait, as `addon_active` does for an add-on."""
    client.get_waiter(waiter).wait(**names, WaiterConfig=_PACE)
