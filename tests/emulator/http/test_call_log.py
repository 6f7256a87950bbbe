"""The call log: every AWS call, decoded, with what it might have changed."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount
from harness.emulator import REGION

from eks_pod_identity_emulator.http.calls import Call, CallLog, loggable
from eks_pod_identity_emulator.http.models import service_model
from eks_pod_identity_emulator.http.reads import is_write

_TEMPLATE = json.dumps(
    {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": json.loads(POD_IDENTITY_TRUST)},
            }
        }
    }
)


def _last(aws: AwsAccount) -> dict[str, object]:
    return dict(aws.calls()[-1])


def test_entry_tells_all_about_a_call(aws: AwsAccount) -> None:
    """An entry has time, account, region, service, operation, write, status and parameters."""
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=POD_IDENTITY_TRUST)

    found = _last(aws)
    time = datetime.fromisoformat(str(found.pop("time")))

    assert abs((time - datetime.now(UTC)).total_seconds()) < 60
    assert found == {
        "account": aws.id,
        "region": REGION,
        "service": "iam",
        "operation": "CreateRole",
        "write": True,
        "status": 200,
        "error": None,
        "parameters": {"RoleName": "app", "AssumeRolePolicyDocument": POD_IDENTITY_TRUST},
    }


def test_query_lists_and_structures_are_decoded(aws: AwsAccount) -> None:
    """`Tags.member.1.Key` of the query protocol comes back as a list of tags."""
    tags = [{"Key": "team", "Value": "a b"}, {"Key": "stage", "Value": ""}]
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=POD_IDENTITY_TRUST, Tags=tags)

    assert _last(aws)["parameters"]["Tags"] == tags  # type: ignore[index]


def test_ec2_lists_are_decoded(aws: AwsAccount) -> None:
    """EC2 numbers its lists without `member`; they are lists all the same."""
    filters = [{"Name": "vpc-id", "Values": ["vpc-1", "vpc-2"]}]
    aws.client("ec2").describe_subnets(Filters=filters)

    assert _last(aws)["parameters"] == {"Filters": filters}


def test_rest_json_parameters_come_from_path_query_and_body(aws: AwsAccount) -> None:
    """EKS's parameters are under one roof, wherever they travelled."""
    aws.declare_cluster()
    aws.eks.list_pod_identity_associations(clusterName="demo", namespace="web", maxResults=7)

    parameters = {"clusterName": "demo", "namespace": "web", "maxResults": 7}
    assert _last(aws)["parameters"] == parameters


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("PutObject", {"Bucket": "b", "Key": "a/b c", "Body": b"hello"}),
        ("HeadObject", {"Bucket": "b", "Key": "a/b c"}),
        ("GetObject", {"Bucket": "b", "Key": "a/b c"}),
        ("CopyObject", {"Bucket": "b", "Key": "copy", "CopySource": "b/a/b c"}),
        ("ListObjectsV2", {"Bucket": "b", "Prefix": "a/"}),
        ("PutBucketTagging", {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}),
        ("GetBucketTagging", {"Bucket": "b"}),
        ("CreateMultipartUpload", {"Bucket": "b", "Key": "big"}),
        ("DeleteObject", {"Bucket": "b", "Key": "copy"}),
        ("ListBuckets", {}),
    ],
)
def test_s3_operations_are_told_apart(
    aws: AwsAccount, operation: str, parameters: dict[str, object]
) -> None:
    """S3 has one path for many operations; query, headers and method say which one it is."""
    s3 = aws.client("s3")
    name = f"b-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=name, Key="a/b c", Body=b"")
    given = {key: name if key == "Bucket" else value for key, value in parameters.items()}
    if "CopySource" in given:
        given["CopySource"] = f"{name}/a/b c"
    with suppress(s3.exceptions.ClientError):  # there are no tags to get
        s3._make_api_call(operation, given)  # noqa: SLF001 - by the operation's own name

    found = _last(aws)

    assert found["operation"] == operation
    assert found["parameters"].get("Bucket", name) == name  # type: ignore[attr-defined]
    assert found["parameters"].get("Key") == given.get("Key")  # type: ignore[attr-defined]


def test_xml_bodies_are_decoded(aws: AwsAccount) -> None:
    """What S3 takes as XML is in the log as parameters."""
    s3, name = aws.client("s3"), f"b-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    tag_set = {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}
    s3.put_bucket_tagging(Bucket=name, Tagging=tag_set)

    assert _last(aws)["parameters"]["Tagging"] == tag_set  # type: ignore[index]


def test_secrets_are_hidden(aws: AwsAccount) -> None:
    """What a model calls sensitive never gets into the log."""
    aws.client("secretsmanager").create_secret(Name="s", SecretString="hush")

    assert _last(aws)["parameters"]["SecretString"] == "(sensitive)"  # type: ignore[index]
    assert "hush" not in json.dumps(aws.calls())


def test_refused_calls_are_logged_with_their_code(aws: AwsAccount) -> None:
    """A refused call is in the log, with AWS's code, whoever refused it."""
    for service, operation, parameters, code in (
        ("eks", "describe_cluster", {"name": "x"}, "ResourceNotFoundException"),
        ("iam", "get_role", {"RoleName": "x"}, "NoSuchEntity"),
        ("iam", "get_user", {"UserName": "x"}, "NoSuchEntity"),
        ("secretsmanager", "get_secret_value", {"SecretId": "x"}, "ResourceNotFoundException"),
        ("rds", "describe_db_instances", {}, "UnrecognizedServiceException"),
    ):
        with pytest.raises(ClientError):
            getattr(aws.client(service), operation)(**parameters)

        found = _last(aws)
        assert (found["service"], found["error"]) == (service, code)
        assert found["status"] in (400, 404, 501)


def test_calls_of_a_stack_are_not_the_callers(aws: AwsAccount) -> None:
    """A stack makes a role, but the caller made a stack: that alone is in the log."""
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName="roles", TemplateBody=_TEMPLATE, Capabilities=["CAPABILITY_IAM"]
    )
    waiter = cloudformation.get_waiter("stack_create_complete")
    waiter.wait(StackName="roles", WaiterConfig={"Delay": 1, "MaxAttempts": 10})

    assert {call["operation"] for call in aws.calls()} == {"CreateStack", "DescribeStacks"}
    assert len(aws.iam.list_roles()["Roles"]) == 1


def test_reset_empties_the_log_and_nothing_else(aws: AwsAccount) -> None:
    """After a reset the log is empty; what AWS has stays."""
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=POD_IDENTITY_TRUST)

    aws.emulator.ask("POST", "/_emulator/reset")
    before = aws.calls()
    aws.iam.get_role(RoleName="app")

    assert before == []
    assert [call["operation"] for call in aws.calls()] == ["GetRole"]


@pytest.mark.parametrize(
    "operation",
    ["GetRole", "ListRoles", "DescribeCluster", "HeadBucket", "AssumeRole", "GetCallerIdentity",
     "SimulatePrincipalPolicy", "ValidateTemplate", "DescribeUpdate", "BatchGetSecretValue"],
)  # fmt: skip
def test_reads_are_reads(operation: str) -> None:
    """Operations that leave everything as it was are no writes."""
    assert not is_write(operation)


@pytest.mark.parametrize(
    "operation",
    ["CreateRole", "TagResource", "PutObject", "UpdateAddon", "ExecuteChangeSet", "GetawayCar",
     "DetachRolePolicy", "ListenToThis", "RestoreSecret"],
)  # fmt: skip
def test_writes_are_writes(operation: str) -> None:
    """All others are writes, unknown ones and lookalikes too."""
    assert is_write(operation)


def test_log_forgets_the_oldest_and_says_how_many() -> None:
    """The log never grows beyond its capacity, and owns up to what it has forgotten."""
    log = CallLog(capacity=2)
    for number in range(5):
        log.add(
            Call(datetime.now(UTC), "1", "r", "eks", f"Op{number}", True, 200, None, {})  # noqa: FBT003 - in the order of the fields
        )

    calls, forgotten = log.snapshot()

    assert [call.operation for call in calls] == ["Op3", "Op4"]
    assert forgotten == 3


def test_endless_texts_are_cut() -> None:
    """A template of half a megabyte does not fill the log's memory."""
    shape = service_model("cloudformation").operation_model("CreateStack").input_shape

    found = loggable(shape, {"StackName": "s", "TemplateBody": "x" * 500_000})

    assert len(found["TemplateBody"]) < 21_000
    assert found["TemplateBody"].endswith("(500000 characters)")
