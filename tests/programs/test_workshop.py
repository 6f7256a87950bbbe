"""programs/workshop on the real engine: a pod with S3 rights, and nothing left behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator

_WORKSHOP = ROOT / "programs" / "workshop"


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
    found = aws.associations("eksworkshop-eksctl")["ns-a/sa1"]
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
    assert aws.associations("eksworkshop-eksctl") == {}
    assert aws.role_names() == roles
    policies = aws.client("iam").list_policies(Scope="Local")["Policies"]
    assert policies == []
    assert aws.client("eks").list_addons(clusterName="eksworkshop-eksctl")["addons"] == []
