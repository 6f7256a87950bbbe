"""Changed permissions on the real engine: the role's policies change, and nothing else does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import FIXTURES, Component, Declared, declared, empty_clusters, step_counts
from harness.emulated import Emulated, copy_program

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_SQS = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
_OWN = "arn:aws:iam::111122223333:policy/own-policy"
_BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
_CLUSTERS = ("managed", "inline", "bounded", "own-policies", "granted")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS) as emulated:
        yield emulated


def _association(**permissions: Any) -> Component:  # noqa: ANN401 - any argument of the component
    account = {"namespace": "dev", "service_account": "app"}
    return Component("PodIdentityAssociation", "app", {**account, **permissions})


def _allow(action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _role(stack: Declared) -> str:
    return str(stack.association("dev/app")["roleArn"].rsplit("/", 1)[-1])


def test_managed_policies_come_and_go_one_write_each(aws: Emulated, tmp_path: Path) -> None:
    """Attached and detached singly; their order means nothing; the preview tells the same steps."""
    stack = declared(tmp_path, aws, "managed")
    stack.up(_association(permission_policy_arns=[_S3, _SQS]))

    swapped = stack.up(_association(permission_policy_arns=[_SQS, _S3]))
    added = stack.up_as_previewed(_association(permission_policy_arns=[_SQS, _S3, _OWN]))
    removed = stack.up_as_previewed(_association(permission_policy_arns=[_OWN]))

    assert swapped == ()
    assert added == ("AttachRolePolicy",)
    assert removed == ("DetachRolePolicy", "DetachRolePolicy")
    attached = aws.client("iam").list_attached_role_policies(RoleName=_role(stack))
    assert [entry["PolicyArn"] for entry in attached["AttachedPolicies"]] == [_OWN]


def test_inline_policy_is_changed_renamed_and_removed(aws: Emulated, tmp_path: Path) -> None:
    """A change is one PutRolePolicy, a new name never leaves the role without the policy."""
    stack = declared(tmp_path, aws, "inline")
    stack.up(_association(permission_policy=_allow("s3:GetObject")))

    changed = stack.up_as_previewed(_association(permission_policy=_allow("s3:PutObject")))
    renamed = stack.up_as_previewed(
        _association(permission_policy=_allow("s3:PutObject"), permission_policy_name="bucket")
    )
    removed = stack.up_as_previewed(_association(well_known_policies=["externalDNS"]))

    assert changed == ("PutRolePolicy",)
    assert renamed == ("PutRolePolicy", "DeleteRolePolicy")
    assert removed == ("PutRolePolicy", "DeleteRolePolicy")
    inline = aws.client("iam").list_role_policies(RoleName=_role(stack))["PolicyNames"]
    assert len(inline) == 1
    assert inline != ["bucket"]


def test_boundary_is_set_and_taken_away(aws: Emulated, tmp_path: Path) -> None:
    """One write each, and the role stays the same role."""
    stack = declared(tmp_path, aws, "bounded")
    stack.up(_association(well_known_policies=["externalDNS"]))

    bounded = stack.up_as_previewed(
        _association(well_known_policies=["externalDNS"], permissions_boundary_arn=_BOUNDARY)
    )
    found = aws.client("iam").get_role(RoleName=_role(stack))["Role"]
    unbounded = stack.up_as_previewed(_association(well_known_policies=["externalDNS"]))

    assert bounded == ("PutRolePermissionsBoundary",)
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == _BOUNDARY
    assert unbounded == ("DeleteRolePermissionsBoundary",)
    now = aws.client("iam").get_role(RoleName=_role(stack))["Role"]
    assert "PermissionsBoundary" not in now
    assert now["RoleId"] == found["RoleId"]


def test_policies_of_the_same_program_are_kept_apart(aws: Emulated, tmp_path: Path) -> None:
    """Taking the first of two from the list detaches that one alone, though both ARNs are late."""
    program = copy_program(FIXTURES / "own-policies", tmp_path, aws, stack="own-policies")
    aws.writes()
    unknown = program.preview()
    assert unknown.code == 0, unknown.output
    assert program.up().code == 0
    first = aws.write_log()
    program.write("attached.json", '["second"]')
    preview, run = program.preview(), program.up()

    assert first.index("CreatePodIdentityAssociation") > max(
        index for index, operation in enumerate(first) if operation == "AttachRolePolicy"
    )
    assert run.code == 0, run.output
    assert step_counts(preview) == step_counts(run)
    assert aws.write_log() == ("DetachRolePolicy",)
    attached = aws.client("iam").list_attached_role_policies(RoleName="own-policies")
    assert [entry["PolicyName"] for entry in attached["AttachedPolicies"]] == ["second"]
    assert program.destroy().code == 0
    assert "own-policies" not in aws.role_names()


def test_target_role_is_granted_and_taken_back(aws: Emulated, tmp_path: Path) -> None:
    """The grant is one inline policy, with sts:TagSession while session tags are on."""
    stack = declared(tmp_path, aws, "granted")
    target = {"target_role_arn": "arn:aws:iam::444455556666:role/archive"}
    chained = {**target, "permission_policy_arns": [_S3]}

    stack.up(_association(**chained, grant_target_role=True))

    iam, policy = aws.client("iam"), {"PolicyName": "assume-target-role"}
    document = iam.get_role_policy(RoleName=_role(stack), **policy)["PolicyDocument"]
    assert document["Statement"] == [
        {
            "Sid": "AssumeTargetRoles",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Resource": [target["target_role_arn"]],
        }
    ]
    taken_back = stack.up_as_previewed(_association(**chained))
    assert taken_back == ("DeleteRolePolicy",)
