"""`eks-pod-identity recover` where there is nothing to work on, or no time for it."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.cli.stack.project_file import project_name


def test_missing_pulumi_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no Pulumi learns where to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    result = CliRunner().invoke(app, ["recover", "--cwd", str(tmp_path)])

    assert result.exit_code == 1
    assert result.stderr == (
        "error: pulumi: the Pulumi command line is not on PATH [pulumi-missing]\n"
        "  help: https://www.pulumi.com/docs/iac/download-install/ tells how to install it\n"
    )


def test_folder_without_a_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi's own words are passed on, with the options that may have been meant."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", tmp_path.as_uri())

    result = CliRunner().invoke(app, ["recover", "--cwd", str(tmp_path)])

    assert result.exit_code == 1
    assert result.stderr.startswith("error: pulumi: cannot read the stack [stack-unreadable]\n")
    assert "Pulumi.yaml" in result.stderr
    assert "--cwd and --stack" in result.stderr


def test_folder_that_does_not_exist_is_a_misspelt_command() -> None:
    """A wrong --cwd is told before anything is run."""
    result = CliRunner().invoke(app, ["recover", "--cwd", "nowhere"])

    assert result.exit_code == 64
    assert "nowhere" in result.stderr


def test_folder_below_a_program_belongs_to_it(tmp_path: Path) -> None:
    """The project is the one that Pulumi would take; without one there is no name."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    assert project_name(below) == "shop"
    (tmp_path / "a" / "Pulumi.yaml").write_text("- not a project")
    assert project_name(below) == ""


def test_ctrl_c_waits_for_pulumi_to_end(tmp_path: Path) -> None:
    """Pulumi ends what has begun; killed, it would leave what is to be recovered from."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(
        "#!/bin/sh\n"
        "trap 'sleep 1; touch ended; exit 1' INT\n"
        "touch started\n"
        "while :; do sleep 0.1; done\n"
    )
    pulumi.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(
        ["eks-pod-identity", "recover", "--cwd", tmp_path],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        try:
            patience = time.monotonic() + 60
            while not (tmp_path / "started").exists():
                assert time.monotonic() < patience
                time.sleep(0.01)

            os.killpg(run.pid, signal.SIGINT)
            _, told = run.communicate(timeout=60)
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)

    assert (tmp_path / "ended").exists()
    assert run.returncode != 0
    assert "Traceback" not in told
