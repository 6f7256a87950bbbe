"""The pytest plugin, as tests of other projects use it: pytest in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SEED = """
accounts:
  "222233334444":
    regions: {us-west-2: {clusters: [{name: west}]}}
"""
_FRESH = """
import os

import boto3
import pytest


@pytest.mark.aws_seed("aws.yaml")
def test_first(emulated_aws):
    assert boto3.client("sts").get_caller_identity()["Account"] == "222233334444"
    assert boto3.client("eks").list_clusters()["clusters"] == ["west"]
    boto3.client("iam").create_user(UserName="left")
    assert emulated_aws.writes() == ["CreateUser"]
    assert "AWS_PROFILE" not in os.environ


def test_second(emulated_aws):
    assert boto3.client("sts").get_caller_identity()["Account"] == "111122223333"
    assert boto3.client("iam").list_users()["Users"] == []
    assert boto3.client("eks").list_clusters()["clusters"] == []
    assert [call["operation"] for call in emulated_aws.calls()][0] == "GetCallerIdentity"
    emulated_aws.forget_calls()
    assert emulated_aws.calls() == []


def test_third():
    assert os.environ["AWS_PROFILE"] == "mine"
    assert "AWS_ENDPOINT_URL" not in os.environ
"""
_EMPTY_BACKEND = """
import os
import subprocess

import pytest


def _pulumi(*arguments):
    command = ["pulumi", *arguments, "--non-interactive"]
    return subprocess.check_output(command, text=True)


@pytest.mark.parametrize("time", [1, 2])
def test_backend(emulated_aws, tmp_path, monkeypatch, time):
    (tmp_path / "Pulumi.yaml").write_text("{name: trial, runtime: python}")
    monkeypatch.chdir(tmp_path)
    assert _pulumi("stack", "ls", "--json").strip() == "[]"
    _pulumi("stack", "init", "dev")
"""
_OWN_VERSIONS = """
import botocore


def test_versions(emulated_aws):
    assert botocore.__version__ == "of the tests"
    assert emulated_aws.region == "eu-west-1"
"""
_SEEDED = """
import pytest


@pytest.mark.aws_seed("aws.yaml")
def test_seeded(emulated_aws):
    pass
"""


def _pytest(
    folder: Path, text: str, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_test_has_a_fresh_aws_and_the_environment_is_given_back(tmp_path: Path) -> None:
    """Accounts, resources and calls are each test's own; the user's profile is out of reach."""
    (tmp_path / "aws.yaml").write_text(_SEED)

    done = _pytest(tmp_path, _FRESH, AWS_PROFILE="mine")

    assert done.returncode == 0, done.stdout


def test_each_test_has_an_empty_backend_of_pulumi(tmp_path: Path) -> None:
    """A stack of one test is not there in the next."""
    done = _pytest(tmp_path, _EMPTY_BACKEND)

    assert done.returncode == 0, done.stdout


def test_packages_of_the_tests_stay_as_they_are(tmp_path: Path) -> None:
    """The emulator runs by its own packages, whatever the tests' path and environment say."""
    shadow = tmp_path / "shadow"
    for name, text in {"botocore": "__version__ = 'of the tests'", "ministack": "1 / 0"}.items():
        (shadow / name).mkdir(parents=True)
        (shadow / name / "__init__.py").write_text(text)
    (tmp_path / "suite").mkdir()
    home = Path(sys.executable).parents[1]

    done = _pytest(
        tmp_path / "suite",
        _OWN_VERSIONS,
        "--emulator-command",
        "~/bin/eks-pod-identity-emulator",
        PYTHONPATH=str(shadow),
        HOME=str(home),
        AWS_REGION="ap-south-1",
    )

    assert done.returncode == 0, done.stdout


def test_plugin_loads_no_package_but_pytest() -> None:
    """Loading the plugin does not import what only the emulator's process needs."""
    script = (
        "import sys\n"
        "from eks_pod_identity_emulator.testing import plugin\n"
        "print({'boto3', 'botocore', 'ministack', 'hypercorn', 'pulumi', 'grpc', 'yaml'}"
        " & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.decode().strip() == "set()"


@pytest.mark.parametrize(
    ("seed", "options", "expected"),
    [
        ("nonsense: 1", (), "aws.yaml: nonsense"),
        (None, (), "aws.yaml: [Errno 2] No such file"),
        ("", ("--emulator-command", "no-such-emulator"), "no-such-emulator: No such file"),
        ("", ("--emulator-command", "false"), "the emulator did not start"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, seed: str | None, options: tuple[str, ...], expected: str
) -> None:
    """A seed or an emulator that cannot be used is an error of the test, without a traceback."""
    if seed is not None:
        (tmp_path / "aws.yaml").write_text(seed)

    done = _pytest(tmp_path, _SEEDED, *options)

    assert done.returncode == 1
    assert expected in done.stdout
    assert "Traceback" not in done.stdout
