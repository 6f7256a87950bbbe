"""Well-known policies narrowed to resources of the same program, on the real engine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import FIXTURES, empty_clusters
from harness.emulated import Emulated, Program, copy_program


@pytest.fixture(name="program")
def _program(tmp_path: Path) -> Iterator[Program]:
    with empty_clusters(tmp_path, "scoped") as aws:
        yield copy_program(FIXTURES / "scoped", tmp_path / "program", aws)


def _resources(aws: Emulated, role: str, policy: str) -> set[str]:
    """What a role's inline policy is about."""
    iam = aws.client("iam")
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return {arn for statement in document["Statement"] for arn in statement["Resource"]}


def test_policies_name_the_bucket_of_the_same_program(program: Program) -> None:
    """The ARN is known only once the bucket is made; here and hosted, it reaches the document."""
    aws = program.emulated
    preview = program.preview()
    made = program.up()
    bucket = json.loads(program.pulumi("stack", "output", "--json").output)["bucket"]
    aws.writes()
    again = program.up()

    assert preview.code == 0, preview.output
    assert "aws:iam:RolePolicy velero-Velero create" in preview.output
    assert made.code == 0, made.output
    assert _resources(aws, "velero", "Velero") == {"*", bucket, f"{bucket}/*"}
    assert _resources(aws, "mountpoint", "MountpointS3CSI") == {bucket, f"{bucket}/*"}
    assert again.code == 0, again.output
    assert aws.write_log() == ()


def test_what_turns_out_to_be_no_arn_is_refused_before_the_policy_is_made(
    program: Program,
) -> None:
    """The report is that of a known value, without a traceback, and no policy is written."""
    program.write("attribute.txt", "id")

    run = program.up()

    assert run.code != 0
    assert 'velero.well_known_policy_scopes.velero.bucket_arns[0]: "backups-' in run.output
    assert "[well-known-argument-not-arn]" in run.output
    assert "Traceback" not in run.output
    assert program.emulated.client("iam").list_role_policies(RoleName="velero")["PolicyNames"] == []
