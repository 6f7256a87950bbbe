"""`pod wait`: until a pod runs."""

import time
from collections.abc import Mapping

from eks_pod_identity_emulator.pods.client import EmulatorClient, PodError

_POLL_SECONDS = 0.2


def wait_for_pod(pod: str, cluster: str | None, seconds: float, given: Mapping[str, str]) -> None:
    """Wait until a pod is Running; a pod that is not there yet is waited for.

    Args:
        pod: NAMESPACE/POD.
        cluster: Its cluster; None to look in all.
        seconds: How long at most.
        given: The environment.

    Raises:
        PodError: It does not run in time, or there is no emulator.
    """
    client = EmulatorClient(given)
    deadline = time.monotonic() + seconds
    while True:
        try:
            phase = client.pod(client.find(pod, cluster))["status"]["phase"]
            if phase == "Running":
                return
            why = f"{pod} is {phase}"
        except PodError as error:
            why = str(error)
        if time.monotonic() >= deadline:
            raise PodError(f"{why}, after {seconds:g} s")
        time.sleep(_POLL_SECONDS)
