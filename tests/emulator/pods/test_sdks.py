"""AWS's own SDKs in a pod's shoes: each finds the credentials, renews them, and is refused."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from harness.emulator import ACCOUNT, RunningEmulator
from harness.pod_shell import PodShell

_SDKS = Path(__file__).parents[2] / "sdks"
_SECONDS = 18  # until credentials end, in aws.yaml there
_SETTINGS = ("--cluster-transition-seconds", "0", "--addon-transition-seconds", "0")
_REFUSED = (
    f"User: arn:aws:sts::{ACCOUNT}:assumed-role/secrets/eks-demo-sdk-",
    "is not authorized to perform: secretsmanager:GetSecretValue on resource: other",
    "because no identity-based policy allows the secretsmanager:GetSecretValue action",
)


@pytest.fixture(scope="module", name="shell")
def _shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PodShell]:
    """A pod with a role that reads one secret of two; its credentials end after some seconds."""
    folder = tmp_path_factory.mktemp("sdks")
    with RunningEmulator(_SDKS / "aws.yaml", *_SETTINGS) as emulator:
        for name in ("own", "other"):
            emulator.client("secretsmanager").create_secret(Name=name, SecretString=f"{name} value")
        shell = PodShell(emulator, folder)
        shell.declare_pod("sdk")
        yield shell


def _built(command: Sequence[str], folder: Path, **environment: str) -> None:
    """Build an SDK's program; without its packages there is nothing to test."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"{command[0]} cannot get the SDK: {done.stderr.strip()[-200:]}")


@pytest.fixture(scope="module", name="boto3_reader")
def _boto3_reader() -> tuple[str, ...]:
    return ("python", str(_SDKS / "read.py"))


@pytest.fixture(scope="module", name="javascript_reader")
def _javascript_reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node is not installed")
    folder = tmp_path_factory.mktemp("javascript") / "sdk"
    shutil.copytree(_SDKS / "javascript", folder)
    _built(("npm", "ci", "--no-audit", "--no-fund"), folder)
    return ("node", str(folder / "read.mjs"))


@pytest.fixture(scope="module", name="go_reader")
def _go_reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    if not shutil.which("go"):
        pytest.skip("go is not installed")
    binary = tmp_path_factory.mktemp("go") / "read"
    _built(("go", "build", "-o", str(binary), "."), _SDKS / "go", GOFLAGS="-mod=readonly")
    return (str(binary),)


@pytest.mark.parametrize("reader", ["boto3_reader", "javascript_reader", "go_reader"])
def test_sdk_reads_renews_and_is_refused(
    shell: PodShell, reader: str, request: pytest.FixtureRequest
) -> None:
    """Before and after its credentials end, an SDK reads the one secret and not the other."""
    command: tuple[str, ...] = request.getfixturevalue(reader)

    done = shell.run("exec", "web/sdk", "--", *command, str(_SECONDS), "own", "other")

    assert done.returncode == 0, done.stderr
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 4
    for own, other in (lines[:2], lines[2:]):
        assert own["value"] == "own value"
        assert other["code"] == "AccessDeniedException"
        assert all(words in other["message"] for words in _REFUSED)
    assert lines[3]["key"] != lines[0]["key"]


@pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
def test_aws_cli_is_the_role_of_the_pod(shell: PodShell) -> None:
    """The CLI finds the credentials by itself, and is who EKS made the session for."""
    done = shell.run("exec", "web/sdk", "--", "aws", "sts", "get-caller-identity")

    assert done.returncode == 0, done.stderr
    identity = json.loads(done.stdout)
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"].startswith(_REFUSED[0].removeprefix("User: "))
