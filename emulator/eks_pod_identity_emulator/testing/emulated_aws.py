"""The AWS of one test: its account, its region, and what was asked of it.

In: the address of a running emulator. Out: values of its pages under /_emulator. Must need no AWS
client, so that the versions of those are the tests' own.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any


class SeedRefusedError(Exception):
    """The emulator cannot begin with a seed; the text names the key."""


class EmulatedAws:
    """An AWS of one's own, on loopback.

    Attributes:
        endpoint_url: Where it listens; AWS_ENDPOINT_URL has it too.
        account: The account of the environment's credentials, 12 digits.
        region: The region of the environment.
        kubeconfig: The clusters of the seed; the file that KUBECONFIG names has it too.
    """

    account: str
    region: str
    kubeconfig: Mapping[str, Any]

    def __init__(self, endpoint_url: str, seed: str = "") -> None:
        """Begin a fresh AWS, which ends the one before.

        Args:
            endpoint_url: Address of the emulator.
            seed: Text of a seed file: what there is before the first call.

        Raises:
            SeedRefusedError: The seed cannot be used.
        """
        self.endpoint_url = endpoint_url
        begun = self._ask("POST", "renew", seed.encode())
        self.account = begun["account"]
        self.region = begun["region"]
        self.kubeconfig = begun["kubeconfig"]

    def calls(self) -> list[Mapping[str, Any]]:
        """Return the calls so far, oldest first.

        Returns:
            One mapping a call: service, operation, write (bool), status (HTTP), error (AWS's code
            or None), parameters, account, region, time.
        """
        calls: list[Mapping[str, Any]] = self._ask("GET", "calls")
        return calls

    def writes(self) -> list[str]:
        """Return the operations that changed something or tried to, oldest first."""
        return [call["operation"] for call in self.calls() if call["write"]]

    def forget_calls(self) -> None:
        """Empty the list of calls, so that the next look shows what happens from now on."""
        self._ask("POST", "reset")

    def pods(self) -> list[Mapping[str, Any]]:
        """Return, for each cluster, pod restarts by add-on and what pods would be given."""
        pods: list[Mapping[str, Any]] = self._ask("GET", "pods")
        return pods

    def _ask(self, method: str, page: str, body: bytes | None = None) -> Any:  # noqa: ANN401 - JSON
        url = f"{self.endpoint_url}/_emulator/{page}"
        request = urllib.request.Request(url, body, method=method)  # noqa: S310 - loopback
        # A proxy of the environment must not get in between.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise SeedRefusedError(json.load(refusal)["message"]) from refusal
