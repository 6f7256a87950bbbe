"""An engine that is killed between AWS's deed and its own checkpoint: recover, up, all is well."""

import json
from typing import Any

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program, Run
from harness.interruption import (
    Moment,
    aws_state,
    exported,
    kill_at,
    make_service_account,
    pending,
    recover,
    started,
)

_API = "      serviceAccountName: api\n"
_EBS = "AmazonEBSCSIDriverPolicy]"
_PRESERVED = """
from eks_pod_identity import Addon

policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
entry = {"service_account": "aws-node", "permission_policy_arns": [policy]}
cni = {"addon_name": "vpc-cni", "pod_identity_associations": [entry], "preserve": True}
Addon("cni", {"cluster_name": "demo", **cni})
"""
_ASSUMED = """
import pulumi
import pulumi_aws as aws
from eks_pod_identity import PodIdentityRole

deploy = aws.ProviderAssumeRoleArgs(role_arn="arn:aws:iam::444455556666:role/deploy")
far = aws.Provider("far", region="eu-west-1", assume_roles=[deploy])
account = {"namespace": "backend", "name": "api"}
PodIdentityRole(
    "far",
    {
        "cluster_name": "demo",
        "service_accounts": [account],
        "role_name": "demo-far",
        "permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    },
    pulumi.ResourceOptions(providers=[far]),
)
"""
_BUCKET = """
import pulumi_aws as aws

aws.s3.Bucket("reports", bucket="demo-reports")
"""


@pytest.mark.parametrize(
    "moment",
    [
        Moment("AttachRolePolicy", nth=2),
        Moment("/pod-identity-associations", nth=2),
        Moment("/addons", nth=2),
        Moment("", held=3),
    ],
    ids=str,
)
def test_killed_first_run_leaves_no_orphan(
    program: Program,
    relay: AwsRelay,
    aws: Emulated,
    undisturbed: dict[str, Any],
    moment: Moment,
) -> None:
    """After recover and up, AWS has what it would have had, and a second up has nothing to do."""
    kill_at(moment, program, relay)

    recovered = recover(program, "--yes")

    _assert_succeeded(recovered)
    assert pending(program) == []
    _assert_succeeded(program.up(), program.up("--expect-no-changes"))
    assert aws_state(aws) == undisturbed


def test_killed_replacements_are_finished(
    program: Program, relay: AwsRelay, aws: Emulated, undisturbed: dict[str, Any]
) -> None:
    """A successor whose predecessor is still in the stack comes back; the predecessor goes."""
    _assert_succeeded(program.up())

    program.replace("cluster.yaml", _API, _API + "      roleName: renamed-api\n")
    kill_at(Moment("CreateRole"), program, relay)
    _assert_succeeded(recover(program, "--yes"), program.up())

    association = _urn(program, "aws:eks/podIdentityAssociation", "cluster-backend/api")
    kill_at(Moment("POST /clusters/demo/pod-id"), program, relay, "--replace", association)
    _assert_succeeded(recover(program, "--yes"), program.up("--expect-no-changes"))

    made = set(aws_state(aws)["roles"]) - set(undisturbed["roles"])
    gone = set(undisturbed["roles"]) - set(aws_state(aws)["roles"])
    assert made == {"renamed-api"}
    assert {name.rpartition("-")[0] for name in gone} == {"demo-backend-api"}
    assert len(aws.associations("demo")) == len(undisturbed["associations"])


def test_killed_update_and_destroy_are_finished(
    program: Program, relay: AwsRelay, aws: Emulated
) -> None:
    """What was being changed or deleted is read anew, so that the next run knows of it."""
    roles_before = aws.role_names()
    _assert_succeeded(program.up())

    program.replace("cluster.yaml", _EBS, _EBS + "\n        roleName: ebs")
    kill_at(Moment("/addons/aws-ebs-csi-driver/update"), program, relay)
    assert pending(program) == ["updating cluster-aws-ebs-csi-driver"]
    _assert_succeeded(recover(program, "--yes"), program.up(), program.up("--expect-no-changes"))

    kill_at(Moment("DetachRolePolicy"), program, relay, command="destroy")
    assert any(each.startswith("deleting ") for each in pending(program))
    _assert_succeeded(recover(program, "--yes"), program.destroy())

    assert aws.role_names() == roles_before
    assert aws.associations("demo") == {}


@pytest.mark.parametrize("moment", [Moment("AttachRolePolicy", nth=2), Moment("", held=3)], ids=str)
def test_destroy_may_follow_at_once(
    program: Program, relay: AwsRelay, aws: Emulated, moment: Moment
) -> None:
    """What came back is deleted in the order of its dependencies, and nothing is left."""
    before = aws_state(aws)
    kill_at(moment, program, relay)
    wanted = {
        each["resource"]["urn"]: each["resource"].get("dependencies", [])
        for each in exported(program)["pending_operations"]
    }

    _assert_succeeded(recover(program, "--yes"))
    known = {each["urn"]: each.get("dependencies", []) for each in exported(program)["resources"]}
    _assert_succeeded(program.destroy())

    assert any(wanted.values())
    assert known | wanted == known
    assert aws_state(aws) == before


def test_what_outlives_a_destroy_does_so_after_recover(
    program: Program, relay: AwsRelay, aws: Emulated
) -> None:
    """An add-on that is left running, and its role, stay if they came back by a recovery."""
    program.write("__main__.py", _PRESERVED)
    kill_at(Moment("CreateRole"), program, relay)
    _assert_succeeded(recover(program, "--yes"))
    kill_at(Moment("/addons"), program, relay)
    (role,) = (name for name in aws.role_names() if "aws-node" in name)
    _assert_succeeded(recover(program, "--yes"))
    aws.writes()

    _assert_succeeded(program.destroy())

    (call,) = aws.write_calls()
    assert (call["operation"], call["parameters"]["preserve"]) == ("DeleteAddon", True)
    assert role in aws.role_names()


@pytest.mark.parametrize(
    ("operation", "told"),
    [("CreateRole", "EntityAlreadyExists"), ("/serviceaccounts", "already exists")],
)
def test_lost_answer_is_found_without_a_pending_operation(  # noqa: PLR0913, PLR0917 - fixtures
    program: Program,
    relay: AwsRelay,
    aws: Emulated,
    undisturbed: dict[str, Any],
    operation: str,
    told: str,
) -> None:
    """It was made and the answer was lost: up meets it for ever, recover ends that."""
    relay.lose_answer(operation)
    program.up()
    refused = program.up()

    recovered = recover(program, "--yes")

    assert told in refused.output
    _assert_succeeded(recovered)
    assert "answer lost" in recovered.output
    _assert_succeeded(program.up())
    assert aws_state(aws) == undisturbed
    assert recover(program).output == "nothing to recover\n"


def test_what_others_made_is_left_alone(
    program: Program, relay: AwsRelay, aws: Emulated, undisturbed: dict[str, Any]
) -> None:
    """A role without this stack's tag and an account without our label stay whose they are."""
    (ours,) = (name for name in undisturbed["roles"] if name.startswith("demo-backend-api"))
    kill_at(Moment("", held=3), program, relay)
    # As one of others: the run itself would have stopped at theirs.
    aws.client("iam").untag_role(RoleName=ours, TagKeys=["eks-pod-identity/stack"])
    make_service_account(aws, "backend", "api")
    assert {"creating cluster-backend/api"} <= set(pending(program))

    recovered = recover(program, "--yes")

    _assert_succeeded(recovered)
    assert "service account backend/api was there before, and was left alone" in recovered.output
    assert "[object-foreign]" in recovered.output
    ids = {each.get("id") for each in exported(program)["resources"]}
    assert not ids & {ours, "backend/api"}


def test_nothing_is_done_without_consent_or_beside_a_running_update(
    program: Program, relay: AwsRelay
) -> None:
    """Without --yes only the table is shown; a lock whose process runs is never taken away."""
    relay.hold_from("CreateRole")
    with started(program) as run:
        assert relay.wait_until_held(), run.end().output
        beside = recover(program, "--yes")
        still_runs = run.process.poll() is None
        run.kill()
    relay.release()
    state = exported(program)

    asked = recover(program)

    assert beside.code == 1
    assert f"process {run.process.pid}" in beside.output
    assert "[stack-locked]" in beside.output
    assert still_runs
    assert asked.code == 1
    assert "nothing was done; --yes does it" in asked.output
    assert "import" in asked.output
    assert exported(program) == state


def test_stack_of_an_assumed_role_is_recovered_as_that_role(
    program: Program, relay: AwsRelay, aws: Emulated
) -> None:
    """The look-up goes to the account of the provider, not to that of the environment."""
    _make_deploy_role(aws)
    program.write("__main__.py", _ASSUMED)
    kill_at(Moment("CreateRole"), program, relay)

    recovered = recover(program, "--yes")

    _assert_succeeded(recovered)
    assert "made by this stack" in recovered.output
    _assert_succeeded(program.up())
    assert "demo-far" not in aws.role_names()


def _make_deploy_role(aws: Emulated) -> None:
    """Make the administrators' role of the other account, which this one may assume."""
    iam = aws.client("iam", "444455556666")
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName="deploy", PolicyArn=policy)


def test_pending_creation_of_another_kind_is_kept_for_a_human(
    program: Program, relay: AwsRelay, aws: Emulated
) -> None:
    """Ours come back; what we cannot judge stays pending and the exit code says so."""
    program.write("__main__.py", program.read("__main__.py") + _BUCKET)
    kill_at(Moment("", held=4), program, relay)

    recovered = recover(program, "--yes")

    assert recovered.code == 1, recovered.output
    assert "keep" in recovered.output
    assert pending(program) == ["creating reports"]
    left = recover(program)
    assert left.code == 1
    assert "nothing was done" not in left.output
    assert left.output.endswith("for the id of what exists\n")
    known = {each.get("id") for each in exported(program)["resources"]}
    assert {name for name in aws.role_names() if name.startswith("demo-")} <= known


def _assert_succeeded(*runs: Run) -> None:
    for run in runs:
        assert run.code == 0, run.output


def _urn(program: Program, type_: str, name: str) -> str:
    (urn,) = (
        each["urn"]
        for each in exported(program)["resources"]
        if each["type"].startswith(type_) and each["urn"].endswith(f"::{name}")
    )
    found: str = urn
    return found
