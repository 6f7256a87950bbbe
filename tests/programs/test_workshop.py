"""programs/workshop on the real engine: a pod with S3 rights, and nothing left behind."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator, run_command
from harness.shown_runs import comparable, shown_runs

_WORKSHOP = ROOT / "programs" / "workshop"
_CLUSTER = "eksworkshop-eksctl"


@pytest.fixture(name="program")
def _program(tmp_path: Path) -> Iterator[Program]:
    with emulator(_WORKSHOP / "aws.yaml") as aws:
        yield copy_program(_WORKSHOP, tmp_path / "program", aws)


def test_workshop_runs_from_first_up_to_destroy(program: Program) -> None:
    """The pod gets the agent's address, a second run writes nothing, destroy leaves nothing."""
    aws = program.emulated
    roles = aws.role_names()

    first = program.up()
    outputs = json.loads(program.pulumi("stack", "output", "--json").output)
    found = aws.associations(_CLUSTER)["ns-a/sa1"]
    aws.writes()
    second = program.up("--expect-no-changes")
    written = aws.writes()
    gone = program.destroy()

    assert first.code == 0, first.output
    assert outputs["credentials"] == "http://169.254.170.23/v1/credentials"
    assert outputs["associationId"] == found["associationId"]
    assert outputs["roleArn"] == found["roleArn"]
    assert found["roleArn"].endswith("role/eks-pod-s3-read-access-role")
    assert second.code == 0, second.output
    assert written == {}
    assert gone.code == 0, gone.output
    assert aws.associations(_CLUSTER) == {}
    assert aws.role_names() == roles
    policies = aws.client("iam").list_policies(Scope="Local")["Policies"]
    assert policies == []
    assert aws.client("eks").list_addons(clusterName=_CLUSTER)["addons"] == []


@pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
def test_pod_lists_buckets_once_it_is_replaced(program: Program) -> None:
    """Before the association and after it the pod has nothing; a new pod has its role's rights.

    What the README shows of it is what the commands print.
    """
    runs = list(shown_runs(_WORKSHOP / "README.md"))
    printed: list[str] = []

    def execute(count: int) -> None:
        for run in runs[len(printed) : len(printed) + count]:
            line = ["eks-pod-identity-emulator", "pod", "exec", run.pod, "--", *run.command]
            done = run_command(line, program.emulated.environment, program.folder)
            printed.append(comparable(done.output))

    without = program.up("--config", "podIdentity=false")
    execute(1)
    associated = program.up("--config", "podIdentity=true")
    execute(1)
    pod = program.pulumi("stack", "output", "pod").output.strip()
    replaced = program.up("--replace", pod)
    execute(2)

    assert [run.code for run in (without, associated, replaced)] == [0, 0, 0], replaced.output
    assert printed == [run.output for run in runs]
    assert "eks-workshop-reports" in printed[2]
