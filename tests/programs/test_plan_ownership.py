"""Whose things are: `eks-pod-identity plan` and `pulumi up` agree on what is of others."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator, run_command

_CLUSTER = ROOT / "programs" / "cluster"
_ROLE = "demo-app-cache-access"
_LOGS = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
_DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
_ATTACHES = """
import pulumi_aws

after = pulumi.ResourceOptions(depends_on=[identities])
pulumi_aws.iam.RolePolicyAttachment("own", role="{}", policy_arn="{}", opts=after)
"""
_PAYMENTS = """\
metadata: {name: demo, region: eu-west-1}
autoModeConfig: {enabled: true}
iam:
  podIdentityAssociations:
    - namespace: payments
      serviceAccountName: api
      permissionPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
"""


@pytest.fixture(name="program", scope="module")
def _program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """programs/cluster after its first run; shared, so leave it as the file says."""
    with emulator(_CLUSTER / "aws.yaml") as aws:
        program = copy_program(_CLUSTER, tmp_path_factory.mktemp("whose") / "program", aws)
        run = program.up()
        assert run.code == 0, run.output
        yield program


def _plan(program: Program, *options: str, **environment: str) -> dict[str, Any]:
    command = ["eks-pod-identity", "plan", "cluster.yaml", "--output", "json", *options]
    run = run_command(command, {**program.emulated.environment, **environment}, program.folder)
    found: dict[str, Any] = json.loads(run.output)
    return found


def _attached(program: Program) -> set[str]:
    iam = program.emulated.client("iam")
    found = iam.list_attached_role_policies(RoleName=_ROLE)["AttachedPolicies"]
    return {each["PolicyArn"] for each in found}


def _differences(plan: Mapping[str, Any]) -> list[str]:
    return [change["address"] for change in plan["changes"] if change["step"] != "same"]


def test_policies_of_others_are_left_alone_by_both(program: Program, tmp_path: Path) -> None:
    """What somebody attached to a role of the stack stays, and the plan says so, state at hand."""
    iam = program.emulated.client("iam")
    iam.attach_role_policy(RoleName=_ROLE, PolicyArn=_LOGS)
    iam.put_role_policy(RoleName=_ROLE, PolicyName="by-hand", PolicyDocument=_DENY_ALL)

    plan = _plan(program)
    without = _plan(program, PULUMI_BACKEND_URL=tmp_path.as_uri())
    elsewhere = _plan(program, "--cwd", str(tmp_path))
    program.emulated.writes()
    run = program.up("--refresh")

    assert (_differences(plan), plan["stack"]) == ([], "eks-pod-identity/test")
    assert plan["notes"][:-1] == [
        f"not of this stack, so it stays: policy {policy} on role {_ROLE}"
        for policy in (_LOGS, "by-hand")
    ]
    for doubtful in (without, elsewhere):
        (change,) = (each for each in doubtful["changes"] if each["step"] != "same")
        assert change["reasons"] == [
            f"permissionPolicyARNs: remove {_LOGS}, if this stack put it there",
            "inline policy: remove by-hand, if this stack put it there",
        ]
        assert doubtful["notes"][-1].startswith("which policies this stack put on its roles is not")
    assert run.code == 0, run.output
    assert program.emulated.writes() == Counter()
    assert _LOGS in _attached(program)
    iam.detach_role_policy(RoleName=_ROLE, PolicyArn=_LOGS)
    iam.delete_role_policy(RoleName=_ROLE, PolicyName="by-hand")


def test_policy_that_the_program_attaches_itself_stays(program: Program) -> None:
    """It is in the state, but no component's: the file has no say in it."""
    before = program.read("__main__.py")
    program.write("__main__.py", before + _ATTACHES.format(_ROLE, _LOGS))
    run = program.up()
    plan, attached = _plan(program), _attached(program)
    program.write("__main__.py", before)
    gone = program.up()

    assert (run.code, gone.code) == (0, 0), run.output + gone.output
    assert _LOGS in attached - _attached(program)
    assert _differences(plan) == []
    assert plan["notes"][:-1] == [f"not of this stack, so it stays: policy {_LOGS} on role {_ROLE}"]


def test_second_program_does_not_take_the_first_ones_things(
    program: Program, tmp_path: Path
) -> None:
    """Before its first run it has nothing on the cluster, and both say so."""
    second = copy_program(_CLUSTER, tmp_path / "second", program.emulated, stack="other")
    second.replace("Pulumi.yaml", "name: eks-pod-identity\n", "name: payments\n")
    assert second.pulumi("stack", "init", "other").code == 0
    second.write("cluster.yaml", _PAYMENTS)

    plan = _plan(second)
    second.emulated.writes()
    run = second.up()

    assert _differences(plan) == [
        "role of payments/api",
        "iam.podIdentityAssociations payments/api",
    ]
    assert (plan["stack"], plan["notes"][:-1]) == (None, [])
    assert len(plan["foreign"]) == len(program.emulated.associations("demo")) - 1
    assert run.code == 0, run.output
    assert second.emulated.writes() == {
        "CreateRole": 1,
        "AttachRolePolicy": 1,
        "CreatePodIdentityAssociation": 1,
    }
    assert _plan(second)["stack"] == "payments/other"
    assert second.destroy().code == 0
