"""The emulator as a process of its own, on a free loopback port.

with RunningEmulator(seed) as emulator:
    emulator.client("eks").list_clusters()
"""

import json
import os
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_READY = "emulator ready on "


class RunningEmulator:
    """A started emulator; stopped when the `with` ends."""

    def __init__(self, seed: Path | None = None, *flags: str, log: Path | None = None) -> None:
        """Prepare to start.

        Args:
            seed: What there is at the start, if anything.
            flags: Further arguments of `serve`.
            log: Where its standard error goes, if not to that of the tests.
        """
        self._log = log
        self._arguments = [*(("--seed", str(seed)) if seed else ()), *flags]
        self.url = ""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            errors = stack.enter_context(self._log.open("w")) if self._log else None
            self._process = subprocess.Popen(
                ["eks-pod-identity-emulator", "serve", "--port", "0", *self._arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
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

    def lead_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Send boto3 of this process here, for the time of a test."""
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        for name, value in self.environment().items():
            monkeypatch.setenv(name, value)

    def client(self, service: str, account: str = ACCOUNT) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
        """Return a boto3 client of the emulator; it does not retry."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=account,
            aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
            config=Config(retries={"total_max_attempts": 1}),
        )

    def ask(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return what a page of the emulator itself says, such as /_emulator/calls."""
        request = Request(f"{self.url}{path}", method=method)  # noqa: S310 - loopback
        with urlopen(request) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls that the emulator has answered since the log was emptied."""
        calls: list[dict[str, Any]] = self.ask("GET", "/_emulator/calls")
        return calls

    def reset_calls(self) -> None:
        """Empty the log of calls."""
        self.ask("POST", "/_emulator/reset")
