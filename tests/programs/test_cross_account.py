"""programs/cross-account on the real engine: four ways into another account, each for one pod."""

import shutil
from collections.abc import Iterator, Mapping

import pytest
from harness.emulated import ROOT, Program, Run, copy_program, emulator, run_command
from harness.shown_runs import comparable, shown_runs

_PROGRAM = ROOT / "programs" / "cross-account"
_READ = """\
import boto3
client = boto3.client("s3")
print(client.get_object(Bucket="ledger-444455556666", Key="report.txt")["Body"].read().decode())
"""


@pytest.fixture(scope="module", name="program")
def _program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program, deployed."""
    with emulator(_PROGRAM / "aws.yaml") as aws:
        program = copy_program(_PROGRAM, tmp_path_factory.mktemp("program") / "p", aws)
        first = program.up()
        assert first.code == 0, first.output
        yield program


def _exec(program: Program, pod: str, *command: str) -> Run:
    line = ["eks-pod-identity-emulator", "pod", "exec", pod, "--", *command]
    # The AWS CLI keeps sessions of assumed roles in its home, where they outlive an emulator.
    environment = {**program.emulated.environment, "HOME": str(program.folder)}
    return run_command(line, environment, program.folder)


_WAYS: Mapping[str, tuple[str, ...]] = {
    "by-policy": ("python", "-c", _READ),
    "by-application": ("python", "application.py", "ledger-by-application"),
    "by-config": ("python", "-c", _READ),
    "by-target": ("python", "-c", _READ),
}


@pytest.mark.parametrize("pod", _WAYS)
def test_pod_reads_the_bucket_of_the_other_account(program: Program, pod: str) -> None:
    """Each in its own way, with what the program declares and nothing else."""
    read = _exec(program, f"shop/{pod}", *_WAYS[pod])

    assert (read.code, read.output.strip()) == (0, "42 orders")


@pytest.mark.parametrize("role", [None, "ledger-by-application", "ledger-by-config"])
def test_pod_of_another_service_account_is_refused(program: Program, role: str | None) -> None:
    """Its role may do anything in its own account; the other account lets it in nowhere."""
    command = ("python", "application.py", role) if role else ("python", "-c", _READ)

    refused = _exec(program, "shop/visitor", *command)

    assert refused.code != 0
    assert "AccessDenied" in refused.output


def test_another_association_gets_nothing_of_the_target_role(program: Program) -> None:
    """EKS tries for it, and the trust of the target role refuses its session tags."""
    refused = _exec(program, "shop/target-visitor", "python", "-c", _READ)

    assert refused.code != 0
    assert "42 orders" not in refused.output


def test_second_run_changes_nothing(program: Program) -> None:
    """Both halves are what the program declares."""
    second = program.up("--expect-no-changes")
    assert second.code == 0, second.output


@pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
def test_readme_shows_what_the_commands_print(program: Program) -> None:
    """The outputs of `pod exec` in the README are those of a run."""
    runs = list(shown_runs(_PROGRAM / "README.md"))

    printed = [comparable(_exec(program, run.pod, *run.command).output) for run in runs]

    assert runs
    assert printed == [run.output for run in runs]
