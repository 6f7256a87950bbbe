"""The plugins as processes: how they start and end, and what the engine makes of their schema."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harness.pulumi_cli import HAS_PULUMI

from eks_pod_identity_emulator.plugins import aws, kubernetes
from eks_pod_identity_emulator.plugins.provider import Package


def start(name: str) -> subprocess.Popen[bytes]:
    """Start a plugin as the contract says."""
    command = [sys.executable, "-m", "eks_pod_identity_emulator.plugins", name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.mark.parametrize("name", ["aws", "kubernetes"])
def test_plugin_tells_its_port_first_and_ends_with_its_input(name: str) -> None:
    """A parent that is gone takes its plugins along."""
    process = start(name)
    assert process.stdout
    assert process.stdin

    port = int(process.stdout.readline())
    process.stdin.close()

    assert 0 < port < 65536
    assert process.wait(timeout=5) == 0
    process.stdout.close()


def test_plugin_of_another_name_is_refused() -> None:
    """The plugins that there are, are told."""
    command = [sys.executable, "-m", "eks_pod_identity_emulator.plugins", "azure"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "aws" in done.stderr
    assert "kubernetes" in done.stderr


@pytest.mark.skipif(not HAS_PULUMI, reason="the Pulumi CLI is not on PATH")
@pytest.mark.parametrize("package", [aws.PACKAGE, kubernetes.PACKAGE], ids=["aws", "kubernetes"])
def test_schema_is_one_that_pulumi_takes(package: Package, tmp_path: Path) -> None:
    """Pulumi's own check of schemas finds nothing."""
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(package.schema()))
    environment = {"PATH": os.environ["PATH"], "PULUMI_HOME": str(tmp_path)}

    done = subprocess.run(
        [shutil.which("pulumi") or "pulumi", "schema", "check", str(file)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
