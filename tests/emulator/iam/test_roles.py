"""Roles over HTTP, as boto3 sees them."""

import json

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, READ_POLICY, AwsAccount, Refusal, refusal

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def test_role_comes_back_as_it_was_made(aws: AwsAccount) -> None:
    """GetRole shows all that CreateRole was given, special characters included."""
    given = {
        "RoleName": "app",
        "Path": "/team/",
        "Description": '<reads> & "writes"',
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess",
        "Tags": [{"Key": "team", "Value": "a+b=c"}],
    }  # fmt: skip
    made = aws.iam.create_role(AssumeRolePolicyDocument=POD_IDENTITY_TRUST, **given)["Role"]
    found = aws.iam.get_role(RoleName="app")["Role"]

    assert found["Arn"] == made["Arn"] == f"arn:aws:iam::{aws.id}:role/team/app"
    assert found["RoleId"].startswith("AROA")
    assert found["AssumeRolePolicyDocument"] == json.loads(POD_IDENTITY_TRUST)
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == given["PermissionsBoundary"]
    for name in ("Path", "Description", "MaxSessionDuration", "Tags"):
        assert found[name] == given[name]


@pytest.mark.parametrize("name", ["app", "APP"])
def test_name_is_taken_whatever_its_case(aws: AwsAccount, name: str) -> None:
    """Role names that differ in case only are the same name."""
    aws.declare_role("app")

    found = refusal(aws.iam.create_role, RoleName=name, AssumeRolePolicyDocument=POD_IDENTITY_TRUST)

    assert found == Refusal("EntityAlreadyExists", f"Role with name {name} already exists.", 409)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"RoleName": "a b"},
            (
                "The specified value for roleName is invalid. It must contain only alphanumeric "
                "characters and/or the following: +=,.@_-"
            ),
        ),
        (
            {"RoleName": "a" * 65},
            (
                f"1 validation error detected: Value '{'a' * 65}' at 'roleName' failed to satisfy "
                "constraint: Member must have length less than or equal to 64"
            ),
        ),
        (
            {"RoleName": "a", "Path": "team"},
            (
                "The specified value for path is invalid. It must begin and end with / and contain "
                "only alphanumeric characters and/or / characters."
            ),
        ),
        (
            {"RoleName": "a", "MaxSessionDuration": 50_000},
            (
                "1 validation error detected: Value '50000' at 'maxSessionDuration' failed to "
                "satisfy constraint: Member must have value less than or equal to 43200"
            ),
        ),
    ],
)
def test_names_and_numbers_are_validated(
    aws: AwsAccount, parameters: dict[str, object], message: str
) -> None:
    """What IAM's model forbids is a ValidationError in IAM's words."""
    found = refusal(aws.iam.create_role, AssumeRolePolicyDocument=POD_IDENTITY_TRUST, **parameters)

    assert found == Refusal("ValidationError", message, 400)


def test_malformed_trust_policy_makes_no_role(aws: AwsAccount) -> None:
    """A role is there only if its trust policy was taken, at creation and at update."""
    bad = POD_IDENTITY_TRUST.replace('"Effect"', '"Resource": "*", "Effect"')
    created = refusal(aws.iam.create_role, RoleName="app", AssumeRolePolicyDocument=bad)
    aws.declare_role("app")
    updated = refusal(aws.iam.update_assume_role_policy, RoleName="app", PolicyDocument=bad)

    expected = Refusal("MalformedPolicyDocument", "Has prohibited field Resource", 400)
    assert created == updated == expected
    found = aws.iam.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"]
    assert found == json.loads(POD_IDENTITY_TRUST)


def test_principal_must_exist_in_its_account(aws: AwsAccount) -> None:
    """A trust policy may name a role of another account only when that role is there."""
    other = AwsAccount(aws.emulator)
    arn = f"arn:aws:iam::{other.id}:role/source"
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
            ],
        }
    )
    early = refusal(aws.iam.create_role, RoleName="target", AssumeRolePolicyDocument=trust)
    other.declare_role("source")
    aws.iam.create_role(RoleName="target", AssumeRolePolicyDocument=trust)

    assert early.message == f'Invalid principal in policy: "AWS":"{arn}"'


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_role", {}),
        ("delete_role", {}),
        ("update_role", {}),
        ("tag_role", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("list_role_tags", {}),
        ("list_role_policies", {}),
        ("list_attached_role_policies", {}),
        ("attach_role_policy", {"PolicyArn": _S3}),
        ("put_role_policy", {"PolicyName": "p", "PolicyDocument": "{}"}),
        ("update_assume_role_policy", {"PolicyDocument": "{}"}),
    ],
)
def test_role_that_is_not_there(
    aws: AwsAccount, operation: str, parameters: dict[str, object]
) -> None:
    """Every operation misses a role in the same words, before it looks at anything else."""
    found = refusal(getattr(aws.iam, operation), RoleName="none", **parameters)

    message = "The role with name none cannot be found."
    assert found == Refusal("NoSuchEntity", message, 404)


def test_role_with_policies_cannot_be_deleted(aws: AwsAccount) -> None:
    """Attached and inline policies, and instance profiles, each hold a role back."""
    aws.declare_role("app")
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=_S3)
    aws.iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=READ_POLICY)
    aws.iam.create_instance_profile(InstanceProfileName="ip")
    aws.iam.add_role_to_instance_profile(InstanceProfileName="ip", RoleName="app")

    told = [refusal(aws.iam.delete_role, RoleName="app")]
    aws.iam.detach_role_policy(RoleName="app", PolicyArn=_S3)
    told.append(refusal(aws.iam.delete_role, RoleName="app"))
    aws.iam.delete_role_policy(RoleName="app", PolicyName="p")
    told.append(refusal(aws.iam.delete_role, RoleName="app"))
    aws.iam.remove_role_from_instance_profile(InstanceProfileName="ip", RoleName="app")
    aws.iam.delete_role(RoleName="app")

    head = "Cannot delete entity, must"
    assert told == [
        Refusal("DeleteConflict", f"{head} detach all policies first.", 409),
        Refusal("DeleteConflict", f"{head} delete policies first.", 409),
        Refusal("DeleteConflict", f"{head} remove roles from instance profile first.", 409),
    ]


def test_update_changes_what_is_given(aws: AwsAccount) -> None:
    """UpdateRole leaves alone what it was not given."""
    aws.declare_role("app")
    aws.iam.update_role(RoleName="app", Description="one", MaxSessionDuration=7200)
    aws.iam.update_role(RoleName="app", Description="two")

    found = aws.iam.get_role(RoleName="app")["Role"]

    assert (found["Description"], found["MaxSessionDuration"]) == ("two", 7200)


def test_boundary_is_set_and_taken_away(aws: AwsAccount) -> None:
    """A boundary must be a policy that exists; taking away none is an error."""
    aws.declare_role("app")
    arn = "arn:aws:iam::aws:policy/NoSuchPolicy"
    missing = refusal(
        aws.iam.put_role_permissions_boundary, RoleName="app", PermissionsBoundary=arn
    )
    aws.iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=_S3)
    with_boundary = aws.iam.get_role(RoleName="app")["Role"]
    aws.iam.delete_role_permissions_boundary(RoleName="app")
    without = aws.iam.get_role(RoleName="app")["Role"]

    message = f"Scope ARN: {arn} does not exist or is not attachable."
    assert missing == Refusal("NoSuchEntity", message, 404)
    assert with_boundary["PermissionsBoundary"]["PermissionsBoundaryArn"] == _S3
    assert "PermissionsBoundary" not in without
    assert refusal(aws.iam.delete_role_permissions_boundary, RoleName="app").code == "NoSuchEntity"


def test_tags_know_no_case_and_no_more_than_fifty(aws: AwsAccount) -> None:
    """A tag replaces one whose key differs in case only; the 51st is refused."""
    aws.declare_role("app")
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    aws.iam.tag_role(RoleName="app", Tags=tags)
    aws.iam.tag_role(RoleName="app", Tags=[{"Key": "K7", "Value": "new"}])
    one_more = [{"Key": "other", "Value": ""}]
    full = refusal(aws.iam.tag_role, RoleName="app", Tags=one_more)
    twice = refusal(aws.iam.tag_role, RoleName="app", Tags=[*one_more, *one_more])
    aws.iam.untag_role(
        RoleName="app", TagKeys=[f"K{number}" for number in range(50) if number != 7]
    )

    assert full == Refusal("LimitExceeded", "Cannot exceed quota for TagsPerRole: 50", 409)
    assert twice.code == "InvalidInput"
    assert aws.iam.list_role_tags(RoleName="app")["Tags"] == [{"Key": "K7", "Value": "new"}]


def test_roles_are_listed_in_order_and_by_pages(aws: AwsAccount) -> None:
    """ListRoles is in order of names, whatever the order of creation, and keeps to MaxItems."""
    names = [f"role-{number:02}" for number in range(25)]
    for name in reversed(names):
        aws.declare_role(name)
    aws.iam.create_role(RoleName="x", Path="/p/", AssumeRolePolicyDocument=POD_IDENTITY_TRUST)
    aws.iam.delete_role(RoleName="role-07")
    names.remove("role-07")

    paginator = aws.iam.get_paginator("list_roles")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 10}))
    found = [role["RoleName"] for page in pages for role in page["Roles"]]
    by_path = aws.iam.list_roles(PathPrefix="/p/")["Roles"]

    assert [len(page["Roles"]) for page in pages] == [10, 10, 5]
    assert found == [*names, "x"]
    assert [role["RoleName"] for role in by_path] == ["x"]
    assert "Tags" not in by_path[0]
