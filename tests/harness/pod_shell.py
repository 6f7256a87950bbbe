"""Pods of a running emulator, and commands with their identity."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from harness.emulator import ACCOUNT, REGION, RunningEmulator


class PodShell:
    """Makes pods, and runs `eks-pod-identity-emulator pod ...` beside them."""

    def __init__(self, emulator: RunningEmulator, home: Path) -> None:
        """Set up.

        Args:
            emulator: The emulator.
            home: A home folder with nothing of the user's.
        """
        self.emulator = emulator
        self._home = home

    def declare_pod(
        self, name: str, *, cluster: str = "demo", account: str = "api", **container: object
    ) -> None:
        """Make a pod in the namespace web, with one container."""
        spec = {
            "serviceAccountName": account,
            "containers": [{"name": "main", "image": "amazon/aws-cli", **container}],
        }
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        self._ask("POST", cluster, "pods", body)

    def delete_pod(self, name: str, cluster: str = "demo") -> None:
        """Delete a pod of the namespace web."""
        self._ask("DELETE", cluster, f"pods/{name}", None)

    def _ask(self, method: str, cluster: str, path: str, body: Any) -> None:  # noqa: ANN401 - JSON
        root = f"{self.emulator.url}/_kubernetes/{ACCOUNT}/{REGION}/{cluster}"
        url = f"{root}/api/v1/namespaces/web/{path}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(url, data, headers, method=method)  # noqa: S310 - loopback
        with urlopen(request) as answer:  # noqa: S310 - loopback
            answer.read()

    def run(
        self, *arguments: str, given: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `pod ARGUMENTS` and return how it ended."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "AWS_ENDPOINT_URL": self.emulator.url,
            **(given or {}),
        }
        return subprocess.run(
            ["eks-pod-identity-emulator", "pod", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def environment(self, pod: str, *options: str, **given: str) -> dict[str, str]:
        """Return the AWS variables that a command in a pod sees."""
        code = "import json, os; print(json.dumps(dict(os.environ)))"
        done = self.run("exec", *options, pod, "--", "python", "-c", code, given=given)
        assert done.returncode == 0, done.stderr
        seen: dict[str, str] = json.loads(done.stdout)
        return {name: value for name, value in seen.items() if name.startswith("AWS_")}
