"""What other tools made is taken over by the real engine, and nothing of it is made anew."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import empty_clusters
from harness.emulated import ROOT, Emulated, Program, Run, copy_program, run_command
from harness.golden import assert_golden
from harness.made_by_others import World, world

from tools.docs.permissions import actions

# None of these may be called: each would delete, make anew, or restart pods.
_NEVER = frozenset(
    {
        "CreateAddon",
        "CreatePodIdentityAssociation",
        "CreateRole",
        "DeleteAddon",
        "DeletePodIdentityAssociation",
        "DeleteRole",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "UpdateAddon",
        "UpdatePodIdentityAssociation",
    }
)


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), "shop", "lake") as emulated:
        yield emulated


def _program(folder: Path, made: World) -> Program:
    program = copy_program(ROOT / "programs" / "cluster", folder, made.aws, stack=made.cluster)
    program.write("cluster.yaml", made.file)
    made.aws.writes()
    return program


def _command(program: Program, *arguments: str) -> Run:
    environment = {**program.emulated.environment, "COLUMNS": "80"}
    return run_command(["eks-pod-identity", *arguments], environment, program.folder)


def test_what_eksctl_made_is_taken_over(aws: Emulated, tmp_path: Path) -> None:
    """Stacks keep their roles first; then import, run and eksctl's way out change nothing.

    https://eksctl.io/usage/pod-identity-associations/
    """
    made = world("eksctl", aws)
    program = _program(tmp_path / "program", made)

    refused = _command(program, "adopt", "cluster.yaml")
    assert refused.code == 1
    assert refused.output.count("[adoption-stack-deletes]") == 2
    assert_golden("adopt/eksctl-refused.txt", refused.output)
    assert aws.write_log() == ()
    assert program.read("cluster.yaml") == made.file
    assert not (program.folder / "import.json").exists()

    for stack in made.stacks[:2]:
        made.retain(stack)
    aws.writes()
    adopted = _command(program, "adopt", "cluster.yaml", "--yes")
    assert adopted.code == 0, adopted.output
    called = {f"{each['service']}:{each['operation']}" for each in aws.calls()}
    assert sorted(called ^ {*actions("adopt"), "sts:GetCallerIdentity"}) == []
    assert aws.write_log() == ()
    assert "roleName: eksctl-shop-podidentityrole-backend-api-Role1-" in program.read(
        "cluster.yaml"
    )
    assert_golden("adopt/eksctl.txt", adopted.output)
    planned = _command(program, "plan", "cluster.yaml")
    assert planned.code == 0, planned.output
    assert "same     2 add-ons, 2 associations" in planned.output

    run = program.up()
    assert run.code == 0, run.output
    assert not _NEVER & set(aws.write_log())
    assert aws.restarts()["aws-ebs-csi-driver"] == 0
    for stack in made.stacks[:2]:
        made.delete(stack)
    after = json.loads(_command(program, "plan", "cluster.yaml", "--output", "json").output)
    assert {each["step"] for each in after["changes"]} == {"same"}
    again = _command(program, "adopt", "cluster.yaml")
    assert again.code == 0
    assert again.output.startswith("nothing to adopt")


def test_what_terraform_made_is_taken_over(aws: Emulated, tmp_path: Path) -> None:
    """One file imports all of it; Terraform's part is advice, for its tags are a guess."""
    made = world("terraform", aws)
    program = _program(tmp_path / "program", made)

    found = _command(program, "adopt", "cluster.yaml", "-o", "import.json")
    assert found.code == 0, found.output
    assert_golden("adopt/terraform.txt", found.output)
    assert aws.write_log() == ()
    *_, command, _ = found.output.splitlines()
    imported = program.pulumi(*command.split()[1:], "--yes")
    assert imported.code == 0, imported.output
    run = program.up()

    assert run.code == 0, run.output
    assert not _NEVER & set(aws.write_log())
    plan = json.loads(_command(program, "plan", "cluster.yaml", "--output", "json").output)
    assert {each["step"] for each in plan["changes"]} == {"same"}
    again = json.loads(_command(program, "adopt", "cluster.yaml", "--output", "json").output)
    assert (again["things"], again["importFile"]) == ([], None)
    assert again["advice"] == []  # the tags that suggested Terraform are gone
