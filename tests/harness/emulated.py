"""An emulator with its plugins for the time of a test, and the real Pulumi CLI inside of it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# Prints the environment that `exec` gives to commands, and holds the emulator until stdin ends.
_HOLD = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


@dataclass(frozen=True, slots=True)
class Emulated:
    """A running emulator.

    Attributes:
        environment: For commands that shall use it.
    """

    environment: Mapping[str, str]

    def client(self, service: str, account: str = "") -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        """Return a boto3 client, of another account if asked; its calls are in the log, too."""
        return boto3.client(
            service,  # type: ignore[call-overload] # a name known at run time
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=self.environment["AWS_REGION"],
            aws_access_key_id=account or self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key="emulator",  # noqa: S106 - the emulator takes any
        )

    def writes(self) -> Counter[str]:
        """Return how often each operation wrote since the last look, and start anew."""
        return Counter(self.write_log())

    def write_log(self) -> tuple[str, ...]:
        """Return the operations that wrote since the last look, in order, and start anew."""
        return tuple(call["operation"] for call in self.write_calls())

    def write_calls(self) -> tuple[Mapping[str, Any], ...]:
        """Do as `write_log`, with all that the log has of each call to AWS."""
        return tuple(call for call in self._taken() if call["write"])

    def actions(self) -> frozenset[str]:
        """Return the IAM actions of all calls since the last look, and start anew."""
        return frozenset(f"{call['service']}:{call['operation']}" for call in self._taken())

    def _taken(self) -> list[dict[str, Any]]:
        """Return the calls to AWS since the last look, and start anew."""
        calls = self.calls()
        self._ask("POST", "reset")
        return [call for call in calls if call["service"] != "kubernetes"]

    def failed_writes(self) -> Counter[str]:
        """Return how often each operation was asked to write and refused, since the last look."""
        return Counter(
            call["operation"]
            for call in self._ask("GET", "calls")
            if call["write"] and call["status"] >= 400
        )

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls that the log has, oldest first."""
        calls: list[dict[str, Any]] = self._ask("GET", "calls")
        return calls

    def pods(self, cluster: str) -> list[dict[str, Any]]:
        """Return the pods of a cluster."""
        clusters: list[dict[str, Any]] = self._ask("GET", "pods")
        (found,) = (one["pods"] for one in clusters if one["cluster"] == cluster)
        pods: list[dict[str, Any]] = found
        return pods

    def restarts(self) -> Counter[str]:
        """Return the pod restarts of each add-on of the first cluster."""
        return Counter(self._ask("GET", "pods")[0]["addonRestarts"])

    def associations(self, cluster: str) -> dict[str, dict[str, Any]]:
        """Return what EKS says of each association, by `namespace/account`."""
        eks = self.client("eks")
        pages = eks.get_paginator("list_pod_identity_associations").paginate(clusterName=cluster)
        described = [
            eks.describe_pod_identity_association(
                clusterName=cluster, associationId=entry["associationId"]
            )["association"]
            for page in pages
            for entry in page["associations"]
        ]
        return {f"{found['namespace']}/{found['serviceAccount']}": found for found in described}

    def role_names(self) -> set[str]:
        """Return the names of all roles of the account."""
        pages = self.client("iam").get_paginator("list_roles").paginate()
        return {role["RoleName"] for page in pages for role in page["Roles"]}

    def _ask(self, method: str, page: str) -> Any:  # noqa: ANN401 - JSON
        url = f"{self.environment['AWS_ENDPOINT_URL']}/_emulator/{page}"
        request = urllib.request.Request(url, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return json.load(answer)


@dataclass(frozen=True, slots=True)
class Run:
    """A command that has ended."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Program:
    """A copy of a Pulumi program with a stack of its own."""

    folder: Path
    emulated: Emulated

    def up(self, *arguments: str) -> Run:
        """Run `pulumi up` without a preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def preview(self, *arguments: str) -> Run:
        """Run `pulumi preview`."""
        return self.pulumi("preview", *arguments)

    def destroy(self) -> Run:
        """Run `pulumi destroy`."""
        return self.pulumi("destroy", "--yes", "--skip-preview")

    def pulumi(self, *arguments: str) -> Run:
        """Run the real CLI; both outputs come back as one text."""
        command = ["pulumi", *arguments, "--non-interactive"]
        return run_command(command, self.emulated.environment, self.folder)

    def read(self, name: str) -> str:
        """Return the text of a file of the program."""
        return (self.folder / name).read_text()

    def write(self, name: str, text: str) -> None:
        """Write a file of the program."""
        (self.folder / name).write_text(text)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a text in a file, which must have it."""
        text = self.read(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new))

    @contextmanager
    def with_text(self, name: str, text: str) -> Iterator[None]:
        """Have another text in a file for the time of the context."""
        before = self.read(name)
        self.write(name, text)
        try:
            yield
        finally:
            self.write(name, before)


def run_command(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Run:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout)


@contextmanager
def emulator(seed: Path, *flags: str) -> Iterator[Emulated]:
    """Run an emulator with its plugins for the time of the context."""
    command = [BIN / "eks-pod-identity-emulator", "exec", "--seed", seed, *flags]
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(
        [*map(str, command), "--", sys.executable, "-c", _HOLD],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the emulator did not start"
        yield Emulated(json.loads(line))
        process.stdin.close()


def copy_program(source: Path, folder: Path, emulated: Emulated, *, stack: str = "test") -> Program:
    """Copy a program, so that a test may change it, and make a stack for it."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
    project = folder / "Pulumi.yaml"
    text = project.read_text().replace("../../.venv", str(ROOT / ".venv"))
    project.write_text(text.replace("../../components", str(ROOT / "components")))
    program = Program(folder, emulated)
    made = program.pulumi("stack", "init", stack)
    assert made.code == 0, made.output
    return program
