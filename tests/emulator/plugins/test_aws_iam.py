"""IAM kinds of the aws plugin, against the emulator."""

import json
from typing import Any

import grpc
import pytest
from botocore.client import BaseClient
from harness.call_log import CallLog
from harness.emulator import ACCOUNT, RunningEmulator
from harness.plugin_engine import ProviderClient
from harness.policy_documents import READ_ONLY, VPC_CNI, permission, trust

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY = "aws:iam/policy:Policy"
OIDC = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


@pytest.fixture
def iam(emulator: RunningEmulator) -> BaseClient:
    """IAM as somebody else uses it."""
    return emulator.client("iam")


def inline(name: str, *actions: str) -> dict[str, str]:
    """Return an inline policy as an argument of a role."""
    return {"name": name, "policy": json.dumps(permission(*actions))}


def test_role_takes_one_write_and_one_per_policy(
    provider: ProviderClient, iam: BaseClient, calls: CallLog
) -> None:
    """A first run makes no more changes than it must."""
    made = provider.make(
        ROLE,
        "full",
        {
            "assumeRolePolicy": trust(),
            "description": "of a test",
            "inlinePolicies": [inline("read", "s3:Get*")],
            "managedPolicyArns": [READ_ONLY],
            "maxSessionDuration": 7200,
            "path": "/team/",
            "permissionsBoundary": BOUNDARY,
            "tags": {"a": "1"},
        },
    )

    role = iam.get_role(RoleName=made.id)["Role"]
    assert calls.writes() == ["CreateRole", "PutRolePolicy", "AttachRolePolicy"]
    assert made.state["arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/{made.id}" == role["Arn"]
    assert role["Tags"] == [{"Key": "a", "Value": "1"}]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
    assert (role["Description"], role["MaxSessionDuration"]) == ("of a test", 7200)
    assert made.state["permissionsBoundary"] == BOUNDARY


def test_preview_of_a_role_knows_what_can_be_known(provider: ProviderClient) -> None:
    """Defaults are told, what AWS decides is unknown, what nobody set is nothing."""
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

    outputs = provider.preview(ROLE, "later", {"assumeRolePolicy": trust()})

    assert outputs["path"] == "/"
    assert outputs["forceDetachPolicies"] is False
    assert outputs["permissionsBoundary"] is None
    assert {outputs[n] for n in ("arn", "uniqueId", "createDate", "inlinePolicies")} == {unknown}


def test_unchanged_role_has_no_difference(provider: ProviderClient) -> None:
    """The same document in other words is no change."""
    made = provider.make(
        ROLE, "same", {"assumeRolePolicy": trust(), "managedPolicyArns": [READ_ONLY]}
    )
    document = trust()
    document["Statement"][0]["Action"].reverse()

    news = {"assumeRolePolicy": json.dumps(document), "managedPolicyArns": [READ_ONLY]}

    assert provider.diff(made, news).steps == {}


def test_each_change_is_one_call_and_nothing_else_is_written(
    provider: ProviderClient, iam: BaseClient, calls: CallLog
) -> None:
    """An update writes what differs."""
    before = {
        "assumeRolePolicy": trust(),
        "description": "old",
        "inlinePolicies": [inline("keep", "s3:Get*"), inline("drop", "s3:List*")],
        "managedPolicyArns": [READ_ONLY],
        "permissionsBoundary": BOUNDARY,
        "tags": {"a": "1", "b": "2"},
    }
    made = provider.make(ROLE, "changing", before)
    changes: list[tuple[dict[str, Any], list[str]]] = [
        ({"description": "new"}, ["UpdateRoleDescription"]),
        ({"maxSessionDuration": 7200}, ["UpdateRole"]),
        ({"assumeRolePolicy": trust("ec2.amazonaws.com")}, ["UpdateAssumeRolePolicy"]),
        ({"tags": {"a": "1", "c": "3"}}, ["UntagRole", "TagRole"]),
        ({"managedPolicyArns": [VPC_CNI]}, ["DetachRolePolicy", "AttachRolePolicy"]),
        ({"inlinePolicies": [inline("keep", "s3:Get*")]}, ["DeleteRolePolicy"]),
        ({"inlinePolicies": [inline("keep", "s3:Put*")]}, ["PutRolePolicy"]),
    ]
    news = dict(before)
    for change, wanted in changes:
        news |= change
        calls.forget()
        made = provider.change(made, news)
        assert calls.writes() == wanted
    del news["permissionsBoundary"]
    calls.forget()
    made = provider.change(made, news)

    assert calls.writes() == ["DeleteRolePermissionsBoundary"]
    assert provider.diff(made, news).steps == {}
    tags = iam.list_role_tags(RoleName=made.id)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"a": "1", "c": "3"}


def test_empty_inline_policy_takes_all_of_them_away(
    provider: ProviderClient, iam: BaseClient
) -> None:
    """An empty member is how a program says "no inline policies", also those of others."""
    news = {"assumeRolePolicy": trust(), "inlinePolicies": [inline("read", "s3:Get*")]}
    made = provider.make(ROLE, "emptied", news)

    changed = provider.change(made, {**news, "inlinePolicies": [{}]})

    assert iam.list_role_policies(RoleName=made.id)["PolicyNames"] == []
    assert provider.diff(changed, {**news, "inlinePolicies": [{}]}).steps == {}


def test_state_of_the_real_provider_is_taken_over(provider: ProviderClient) -> None:
    """What the bridge keeps beside a resource's outputs is no difference."""
    news = {"assumeRolePolicy": trust()}
    made = provider.make(ROLE, "foreign-state", news)
    made.state |= {"__meta": "{}", "__pulumi_raw_state_delta": {"obj": {}}, "oldOutput": "x"}

    assert made.state["id"] == made.id
    assert provider.diff(made, news).steps == {}


def test_new_name_or_path_makes_a_new_role(provider: ProviderClient) -> None:
    """IAM cannot rename; a name that the user gave is taken until the old role is gone."""
    made = provider.make(ROLE, "fixed", {"assumeRolePolicy": trust(), "name": "before"})

    plan = provider.diff(made, {"assumeRolePolicy": trust(), "name": "after", "path": "/x/"})

    assert plan.steps == {"name": "update_replace", "path": "update_replace"}
    assert plan.delete_first


def test_role_named_here_is_replaced_without_being_missed(provider: ProviderClient) -> None:
    """A made-up name leaves room for old and new side by side."""
    made = provider.make(ROLE, "free", {"assumeRolePolicy": trust()})

    plan = provider.diff(made, {"assumeRolePolicy": trust(), "path": "/x/"})

    assert plan.replaces == ("path",)
    assert not plan.delete_first


def test_ignored_changes_are_not_made(provider: ProviderClient) -> None:
    """`ignoreChanges` leaves a property to somebody else, while others are changed."""
    news = {"assumeRolePolicy": trust(), "description": "a", "tags": {"a": "1", "b": "2"}}
    made = provider.make(ROLE, "ignoring", news)
    news = {**news, "description": "b", "tags": {"a": "2", "b": "3"}}

    plan = provider.diff(made, news, ("tags", "tagsAll"))
    changed = provider.change(made, news, ignored=("tags", "tagsAll"))

    assert plan.steps == {"description": "update"}
    assert changed.state["tagsAll"] == {"a": "1", "b": "2"}


def test_refresh_sees_what_was_done_by_hand(provider: ProviderClient, iam: BaseClient) -> None:
    """State and arguments follow AWS, so that the next run puts things right."""
    news = {"assumeRolePolicy": trust(), "description": "a", "managedPolicyArns": [READ_ONLY]}
    made = provider.make(ROLE, "drifting", news)
    iam.update_role_description(RoleName=made.id, Description="by hand")
    iam.attach_role_policy(RoleName=made.id, PolicyArn=VPC_CNI)
    iam.tag_role(RoleName=made.id, Tags=[{"Key": "x", "Value": "y"}])

    seen = provider.refresh(made)

    assert seen
    assert seen.state["description"] == seen.inputs["description"] == "by hand"
    assert sorted(seen.inputs["managedPolicyArns"]) == sorted([READ_ONLY, VPC_CNI])
    assert provider.diff(seen, news).steps == {
        "description": "update",
        "managedPolicyArns[1]": "delete",
        "tags": "delete",
        "tagsAll": "delete",
    }


def test_refresh_keeps_a_document_s_own_words(provider: ProviderClient, iam: BaseClient) -> None:
    """The same policy written differently by IAM is no drift."""
    made = provider.make(ROLE, "words", {"assumeRolePolicy": trust()})
    document = trust()
    document["Statement"][0]["Action"].reverse()
    iam.update_assume_role_policy(RoleName=made.id, PolicyDocument=json.dumps(document, indent=2))

    assert provider.refresh(made) == made


def test_deleted_role_is_seen_as_gone(provider: ProviderClient, iam: BaseClient) -> None:
    """A refresh finds that a role is gone, and deleting it again is no error."""
    made = provider.make(ROLE, "vanishing", {"assumeRolePolicy": trust()})
    iam.delete_role(RoleName=made.id)

    assert provider.refresh(made) is None
    provider.remove(made)


def test_role_takes_its_own_policies_along(provider: ProviderClient, iam: BaseClient) -> None:
    """Policies of the role's arguments do not hold up its deletion."""
    made = provider.make(
        ROLE,
        "owning",
        {
            "assumeRolePolicy": trust(),
            "inlinePolicies": [inline("read", "s3:Get*")],
            "managedPolicyArns": [READ_ONLY],
        },
    )

    provider.remove(made)

    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=made.id)


def test_role_leaves_its_instance_profiles(provider: ProviderClient, iam: BaseClient) -> None:
    """A role is taken out of instance profiles before it is deleted, whoever put it there."""
    made = provider.make(ROLE, "profiled", {"assumeRolePolicy": trust()})
    iam.create_instance_profile(InstanceProfileName="nodes")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName=made.id)

    provider.remove(made)

    assert iam.get_instance_profile(InstanceProfileName="nodes")["InstanceProfile"]["Roles"] == []
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=made.id)


def test_role_with_foreign_policies_is_not_deleted(
    provider: ProviderClient, iam: BaseClient
) -> None:
    """Only `forceDetachPolicies` takes away what others attached."""
    plain = provider.make(ROLE, "foreign", {"assumeRolePolicy": trust()})
    forced = provider.make(
        ROLE, "forced", {"assumeRolePolicy": trust(), "forceDetachPolicies": True}
    )
    for role in (plain, forced):
        iam.attach_role_policy(RoleName=role.id, PolicyArn=READ_ONLY)

    provider.remove(forced)
    with pytest.raises(grpc.RpcError, match="DeleteConflict"):
        provider.remove(plain)


def test_imported_role_is_described_completely(provider: ProviderClient, iam: BaseClient) -> None:
    """The program that an import writes has no difference to what is there."""
    iam.create_role(
        RoleName="by-hand", AssumeRolePolicyDocument=json.dumps(trust()), Description="d"
    )
    iam.attach_role_policy(RoleName="by-hand", PolicyArn=READ_ONLY)

    role = provider.adopt(ROLE, "imported", "by-hand")

    assert role
    assert {k: v for k, v in role.inputs.items() if k != "assumeRolePolicy"} == {
        "__defaults": [],
        "description": "d",
        "managedPolicyArns": [READ_ONLY],
        "name": "by-hand",
    }
    assert provider.diff(role, role.inputs).steps == {}
    assert provider.adopt(ROLE, "imported", "nobody") is None


def test_inline_policy_lives_and_is_imported_by_its_id(
    provider: ProviderClient, iam: BaseClient
) -> None:
    """`role:policy` names an inline policy; its text changes in place."""
    role = provider.make(ROLE, "host", {"assumeRolePolicy": trust()})
    news = {"role": role.id, "name": "read", "policy": permission("s3:Get*")}
    made = provider.make(ROLE_POLICY, "read", news)
    changed = provider.change(made, {**news, "policy": permission("s3:Put*")})

    adopted = provider.adopt(ROLE_POLICY, "read", f"{role.id}:read")

    assert made.id == f"{role.id}:read"
    assert adopted
    assert provider.diff(adopted, adopted.inputs).steps == {}
    assert provider.diff(changed, {**news, "role": "other"}).replaces == ("policy", "role")[1:]
    provider.remove(changed)
    assert iam.list_role_policies(RoleName=role.id)["PolicyNames"] == []
    provider.remove(changed)


def test_attachment_lives_and_is_imported_by_its_id(
    provider: ProviderClient, iam: BaseClient
) -> None:
    """`role/policy-arn` names an attachment; any change detaches first."""
    role = provider.make(ROLE, "clip", {"assumeRolePolicy": trust()})
    news = {"role": role.id, "policyArn": READ_ONLY}
    made = provider.make(ATTACHMENT, "clip", news)

    adopted = provider.adopt(ATTACHMENT, "clip", f"{role.id}/{READ_ONLY}")
    plan = provider.diff(made, {**news, "policyArn": VPC_CNI})

    assert adopted
    assert adopted.inputs == {**news, "__defaults": []}
    assert plan.replaces == ("policyArn",)
    assert plan.delete_first
    iam.detach_role_policy(RoleName=role.id, PolicyArn=READ_ONLY)
    assert provider.refresh(made) is None
    provider.remove(made)


@pytest.mark.parametrize(
    ("token", "import_id", "form"),
    [
        (ROLE_POLICY, "no-colon", "<role name>:<policy name>"),
        (ATTACHMENT, "no-slash", "<role-name>/<policy_arn>"),
    ],
)
def test_import_id_of_the_wrong_form_is_told(
    provider: ProviderClient, token: str, import_id: str, form: str
) -> None:
    """The error says what an id looks like."""
    with pytest.raises(grpc.RpcError, match=form):
        provider.adopt(token, "x", import_id)


def test_managed_policy_gets_versions_and_room_for_them(
    provider: ProviderClient, iam: BaseClient
) -> None:
    """IAM keeps five versions; the oldest makes room."""
    made = provider.make(POLICY, "versions", {"policy": permission("s3:Get*")})
    for action in ("s3:Put*", "s3:List*", "s3:Delete*", "s3:Abort*", "s3:Create*"):
        made = provider.change(made, {"policy": permission(action)})

    versions = iam.list_policy_versions(PolicyArn=made.id)["Versions"]
    [default] = [version for version in versions if version["IsDefaultVersion"]]

    assert len(versions) == 5
    assert default["VersionId"] == "v6"
    assert json.loads(made.state["policy"]) == permission("s3:Create*")
    adopted = provider.adopt(POLICY, "versions", made.id)
    assert adopted
    assert provider.diff(adopted, adopted.inputs).steps == {}
    provider.remove(made)
    assert provider.refresh(made) is None


def test_managed_policy_s_description_cannot_change(provider: ProviderClient) -> None:
    """IAM has no call for it, so the policy is made anew."""
    made = provider.make(POLICY, "described", {"policy": permission("s3:Get*")})

    plan = provider.diff(made, {"policy": permission("s3:Get*"), "description": "now"})

    assert plan.replaces == ("description",)


def test_oidc_provider_is_known_with_and_without_scheme(provider: ProviderClient) -> None:
    """IAM tells the address without https://, which is no difference."""
    news = {"url": "https://oidc.example/id/1", "clientIdLists": ["sts.amazonaws.com"]}
    made = provider.make(OIDC, "irsa", {**news, "thumbprintLists": ["a" * 40]})

    changed = provider.change(made, {**news, "clientIdLists": ["sts.amazonaws.com", "other"]})
    seen = provider.refresh(changed)

    assert made.id == f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example/id/1"
    assert seen
    assert sorted(seen.state["clientIdLists"]) == ["other", "sts.amazonaws.com"]
    assert (
        provider.diff(seen, {**news, "clientIdLists": ["other", "sts.amazonaws.com"]}).steps == {}
    )
    provider.remove(seen)
    assert provider.refresh(seen) is None
