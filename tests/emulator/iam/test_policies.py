"""Managed and inline policies over HTTP, as boto3 sees them."""

import json
import re

import pytest
from harness.aws_account import READ_POLICY, AwsAccount, Refusal, refusal
from harness.emulated import ROOT

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def _declare_policy(aws: AwsAccount, name: str = "read") -> str:
    made = aws.iam.create_policy(PolicyName=name, PolicyDocument=READ_POLICY)
    return str(made["Policy"]["Arn"])


def _policy_of(size: int) -> str:
    """Return a policy of that many characters, white space not counted."""
    document = json.loads(READ_POLICY)
    document["Statement"][0]["Resource"] = "arn:aws:s3:::"
    spare = size - len(json.dumps(document, separators=(",", ":")))
    document["Statement"][0]["Resource"] += "b" * spare
    return json.dumps(document, indent=2)


def test_policy_comes_back_as_it_was_made(aws: AwsAccount) -> None:
    """GetPolicy and GetPolicyVersion show all that CreatePolicy was given."""
    tags = [{"Key": "a", "Value": "b"}]
    made = aws.iam.create_policy(
        PolicyName="read",
        Path="/team/",
        PolicyDocument=READ_POLICY,
        Description="<a> & b",
        Tags=tags,
    )["Policy"]
    found = aws.iam.get_policy(PolicyArn=made["Arn"])["Policy"]
    version = aws.iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]

    assert made["Arn"] == f"arn:aws:iam::{aws.id}:policy/team/read"
    assert (found["Description"], found["Tags"], found["Path"]) == ("<a> & b", tags, "/team/")
    assert version["Document"] == json.loads(READ_POLICY)


@pytest.mark.parametrize(("name", "path"), [("read", "/"), ("read", "/team/"), ("Read", "/")])
def test_policy_name_is_taken(aws: AwsAccount, name: str, path: str) -> None:
    """A second policy of a name is refused, whatever its path and the case of its letters."""
    _declare_policy(aws)
    found = refusal(aws.iam.create_policy, PolicyName=name, Path=path, PolicyDocument=READ_POLICY)

    message = f"A policy called {name} already exists. Duplicate names are not allowed."
    assert found == Refusal("EntityAlreadyExists", message, 409)


def test_policy_name_is_free_again(aws: AwsAccount) -> None:
    """A deleted policy's name can be given to another, elsewhere too."""
    aws.iam.delete_policy(PolicyArn=_declare_policy(aws))

    made = aws.iam.create_policy(PolicyName="READ", Path="/team/", PolicyDocument=READ_POLICY)

    assert made["Policy"]["Arn"] == f"arn:aws:iam::{aws.id}:policy/team/READ"


def test_versions_come_and_go(aws: AwsAccount) -> None:
    """Five versions fit; ids are never given twice; the default one cannot be deleted."""
    arn = _declare_policy(aws)
    for _ in range(4):
        aws.iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ_POLICY)
    sixth = refusal(aws.iam.create_policy_version, PolicyArn=arn, PolicyDocument=READ_POLICY)
    aws.iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    again = aws.iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=READ_POLICY, SetAsDefault=True
    )["PolicyVersion"]
    default = refusal(aws.iam.delete_policy_version, PolicyArn=arn, VersionId="v6")
    aws.iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    versions = aws.iam.list_policy_versions(PolicyArn=arn)["Versions"]

    assert sixth.code == "LimitExceeded"
    assert (again["VersionId"], again["IsDefaultVersion"]) == ("v6", True)
    message = "Cannot delete the default version of a policy."
    assert default == Refusal("DeleteConflict", message, 409)
    assert [one["VersionId"] for one in versions] == ["v6", "v4", "v3", "v2", "v1"]
    assert [one["VersionId"] for one in versions if one["IsDefaultVersion"]] == ["v2"]


def test_policy_in_use_cannot_be_deleted(aws: AwsAccount) -> None:
    """Attachment, use as a boundary, and other versions each hold a policy back."""
    arn = _declare_policy(aws)
    aws.declare_role("app")
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=arn)
    attached = refusal(aws.iam.delete_policy, PolicyArn=arn)
    aws.iam.detach_role_policy(RoleName="app", PolicyArn=arn)
    aws.iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=arn)
    shown = aws.iam.get_policy(PolicyArn=arn)["Policy"]
    bounding = refusal(aws.iam.delete_policy, PolicyArn=arn)
    aws.iam.delete_role(RoleName="app")
    aws.iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ_POLICY)
    versioned = refusal(aws.iam.delete_policy, PolicyArn=arn)
    aws.iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    aws.iam.delete_policy(PolicyArn=arn)

    message = "Cannot delete a policy attached to entities."
    assert attached == bounding == Refusal("DeleteConflict", message, 409)
    assert (shown["AttachmentCount"], shown["PermissionsBoundaryUsageCount"]) == (0, 1)
    assert versioned.code == "DeleteConflict"
    gone = Refusal("NoSuchEntity", f"Policy {arn} was not found.", 404)
    assert refusal(aws.iam.get_policy, PolicyArn=arn) == gone


def test_attachment_is_counted_once(aws: AwsAccount) -> None:
    """Attaching twice is one attachment; the count of AWS's policies is the account's own."""
    other = AwsAccount(aws.emulator)
    aws.declare_role("app")
    for _ in range(2):
        aws.iam.attach_role_policy(RoleName="app", PolicyArn=_S3)

    def count(account: AwsAccount) -> int:
        return int(account.iam.get_policy(PolicyArn=_S3)["Policy"]["AttachmentCount"])

    assert (count(aws), count(other)) == (1, 0)
    assert len(aws.iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"]) == 1


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces",
        "arn:aws:iam::111122223333:policy/mine",
    ],
)
def test_policy_that_does_not_exist_cannot_be_attached(aws: AwsAccount, arn: str) -> None:
    """A typing error in a policy's ARN is told, a missing service-role/ included."""
    aws.declare_role("app")
    found = refusal(aws.iam.attach_role_policy, RoleName="app", PolicyArn=arn)

    message = f"Policy {arn} does not exist or is not attachable."
    assert found == Refusal("NoSuchEntity", message, 404)


def test_eleventh_managed_policy_is_refused(aws: AwsAccount) -> None:
    """A role takes ten managed policies."""
    aws.declare_role("app")
    arns = [_declare_policy(aws, f"p{number}") for number in range(11)]
    for arn in arns[:10]:
        aws.iam.attach_role_policy(RoleName="app", PolicyArn=arn)

    found = refusal(aws.iam.attach_role_policy, RoleName="app", PolicyArn=arns[10])

    message = "Cannot exceed quota for PoliciesPerRole: 10"
    assert found == Refusal("LimitExceeded", message, 409)


def test_managed_policy_has_a_size(aws: AwsAccount) -> None:
    """6,144 characters fit, white space not counted; one more does not."""
    aws.iam.create_policy(PolicyName="full", PolicyDocument=_policy_of(6_144))
    found = refusal(aws.iam.create_policy, PolicyName="more", PolicyDocument=_policy_of(6_145))

    message = "Cannot exceed quota for PolicySize: 6144"
    assert found == Refusal("LimitExceeded", message, 409)


def test_inline_policies_have_a_size_together(aws: AwsAccount) -> None:
    """10,240 characters of inline policies fit; a rewritten policy counts once."""
    aws.declare_role("app")

    def put(name: str, size: int) -> dict[str, object]:
        return {"RoleName": "app", "PolicyName": name, "PolicyDocument": _policy_of(size)}

    aws.iam.put_role_policy(**put("one", 5_000))
    aws.iam.put_role_policy(**put("two", 5_000))
    aws.iam.put_role_policy(**put("two", 5_240))
    found = refusal(aws.iam.put_role_policy, **put("three", 1_000))

    message = "Maximum policy size of 10240 bytes exceeded for role app"
    assert found == Refusal("LimitExceeded", message, 409)
    assert aws.iam.list_role_policies(RoleName="app")["PolicyNames"] == ["one", "two"]


def test_inline_policy_comes_back_as_it_was_put(aws: AwsAccount) -> None:
    """GetRolePolicy gives the document back; deleting it again is an error."""
    aws.declare_role("app")
    names = {"RoleName": "app", "PolicyName": "read"}
    aws.iam.put_role_policy(**names, PolicyDocument=READ_POLICY)
    found = aws.iam.get_role_policy(**names)["PolicyDocument"]
    aws.iam.delete_role_policy(**names)
    gone = refusal(aws.iam.delete_role_policy, **names)

    assert found == json.loads(READ_POLICY)
    message = "The role policy with name read cannot be found."
    assert gone == Refusal("NoSuchEntity", message, 404)


def test_policies_around_eks_say_what_they_allow(aws: AwsAccount) -> None:
    """Policies that EKS recommends for add-ons have their documents."""
    for path in (
        "service-role/AmazonEBSCSIDriverPolicy",
        "service-role/AmazonEFSCSIDriverPolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonS3ReadOnlyAccess",
        "CloudWatchAgentServerPolicy",
        "AWSXrayWriteOnlyAccess",
        "AmazonPrometheusRemoteWriteAccess",
        "CloudWatchNetworkFlowMonitorAgentPublishPolicy",
        "AmazonRoute53FullAccess",
        "AmazonFSxFullAccess",
        "AWSPrivateCAConnectorForKubernetesPolicy",
        "AmazonS3FullAccess",
    ):
        arn = f"arn:aws:iam::aws:policy/{path}"
        default = aws.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        version = aws.iam.get_policy_version(PolicyArn=arn, VersionId=default)["PolicyVersion"]

        assert version["Document"]["Statement"], path


def test_what_policies_of_our_programs_say_is_known(aws: AwsAccount) -> None:
    """Whoever runs a program of ours on the emulator can audit it afterwards."""
    files = [each for each in (ROOT / "programs").rglob("*") if each.suffix in {".py", ".yaml"}]
    texts = "".join(each.read_text(encoding="utf-8") for each in files)
    arns = set(re.findall(r"arn:aws:iam::aws:policy/[\w/-]+", texts))

    assert arns
    for arn in arns:
        default = aws.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        version = aws.iam.get_policy_version(PolicyArn=arn, VersionId=default)["PolicyVersion"]
        assert version["Document"]["Statement"], arn


def test_policy_without_a_known_document_admits_it(aws: AwsAccount) -> None:
    """The emulator invents no permissions for a policy that it knows by name only."""
    arn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    known = aws.iam.get_policy_version(PolicyArn=arn, VersionId="v1")
    unknown = refusal(
        aws.iam.get_policy_version,
        PolicyArn="arn:aws:iam::aws:policy/AmazonGuardDutyFullAccess",
        VersionId="v1",
    )

    assert known["PolicyVersion"]["Document"]["Statement"]
    assert (unknown.code, unknown.status) == ("NotImplemented", 501)


def test_policies_are_listed_by_scope(aws: AwsAccount) -> None:
    """Local are the account's own; AWS's are more than a thousand; pages join them."""
    arn = _declare_policy(aws)
    local = aws.iam.list_policies(Scope="Local")["Policies"]
    pages = aws.iam.get_paginator("list_policies").paginate(Scope="AWS")
    of_aws = {policy["Arn"] for page in pages for policy in page["Policies"]}

    assert [policy["Arn"] for policy in local] == [arn]
    assert len(of_aws) > 1_000
    assert arn not in of_aws


def test_policies_of_aws_cannot_be_changed(aws: AwsAccount) -> None:
    """AWS's own policies are for reading and attaching."""
    found = refusal(aws.iam.delete_policy, PolicyArn=_S3)

    assert (found.code, found.status) == ("AccessDenied", 403)
