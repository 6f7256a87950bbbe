"""The emulator as a process of its own, on a free loopback port.

with RunningEmulator(seed) as emulator:
    emulator.client("eks").list_clusters()
"""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any, Self

import boto3

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_READY = "emulator ready on "


class RunningEmulator:
    """A started emulator; stopped when the `with` ends."""

    def __init__(self, seed: Path) -> None:
        """Prepare to start.

        Args:
            seed: What there is at the start.
        """
        self._seed = seed
        self.url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["eks-pod-identity-emulator", "serve", "--port", "0", "--seed", str(self._seed)],
            stdout=subprocess.PIPE,
            text=True,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line.startswith(_READY), line
        self.url = line.removeprefix(_READY).strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=20)

    def environment(self) -> dict[str, str]:
        """Return the variables that send boto3 here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
        """Return a boto3 client of the emulator."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
        )
