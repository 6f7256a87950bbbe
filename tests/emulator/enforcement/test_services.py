"""Each service asks IAM, with its own actions, resources, keys and words."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import ACCOUNT, REGION
from harness.role_session import RoleSession, allow, assume, declare_role, document, session


def _denied(aws: AwsAccount, action: str, where: str = "") -> str:
    return (
        f"User: arn:aws:sts::{aws.id}:assumed-role/app/one is not authorized to perform: "
        f"{action}{where} because no identity-based policy allows the {action} action"
    )


@dataclass(frozen=True)
class _Call:
    """A call, the action that it needs, and how its service refuses it.

    `resource` is what the refusal names, `{account}` filled in; empty if it names none.
    """

    service: str
    operation: str
    action: str
    code: str
    status: int
    resource: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


_DENIED = "AccessDeniedException"
_CALLS = [
    _Call("s3", "list_buckets", "s3:ListAllMyBuckets", "AccessDenied", 403),
    _Call("ec2", "describe_vpcs", "ec2:DescribeVpcs", "UnauthorizedOperation", 403),
    _Call("iam", "list_roles", "iam:ListRoles", "AccessDenied", 403),
    _Call("eks", "list_clusters", "eks:ListClusters", _DENIED, 403),
    _Call("kms", "list_keys", "kms:ListKeys", _DENIED, 400),
    _Call("dynamodb", "list_tables", "dynamodb:ListTables", _DENIED, 400),
    _Call("logs", "describe_log_groups", "logs:DescribeLogGroups", _DENIED, 400),
    _Call("sns", "list_topics", "sns:ListTopics", "AuthorizationError", 403),
    _Call("sqs", "list_queues", "sqs:ListQueues", "AccessDenied", 403),
    _Call("cloudformation", "list_stacks", "cloudformation:ListStacks", "AccessDenied", 403),
    _Call(
        "ssm",
        "get_parameter",
        "ssm:GetParameter",
        _DENIED,
        400,
        f"arn:aws:ssm:{REGION}:{{account}}:parameter/a",
        {"Name": "/a"},
    ),
    _Call("iam", "get_role", "iam:GetRole", "AccessDenied", 403, "role app", {"RoleName": "app"}),
    _Call(
        "eks",
        "describe_cluster",
        "eks:DescribeCluster",
        _DENIED,
        403,
        f"arn:aws:eks:{REGION}:{{account}}:cluster/demo",
        {"name": "demo"},
    ),
    _Call(
        "secretsmanager",
        "get_secret_value",
        "secretsmanager:GetSecretValue",
        _DENIED,
        400,
        "dev",
        {"SecretId": "dev"},
    ),
    _Call(
        "sts",
        "get_access_key_info",
        "sts:GetAccessKeyInfo",
        "AccessDenied",
        403,
        parameters={"AccessKeyId": "ASIAEXAMPLEEXAMPLE12"},
    ),
]


@pytest.mark.parametrize("call", _CALLS, ids=[each.action for each in _CALLS])
def test_call_needs_its_action(aws: AwsAccount, call: _Call) -> None:
    """A session without policies is refused in the service's words, one with the action is not."""
    where = f" on resource: {call.resource.format(account=aws.id)}" if call.resource else ""
    client = assume(aws, declare_role(aws, "app")).client(call.service)
    operation = getattr(client, call.operation)

    found = refusal(operation, **call.parameters)

    prefix = "You are not authorized to perform this operation. " if call.service == "ec2" else ""
    message = prefix + _denied(aws, call.action, where)
    assert found == Refusal(call.code, message, call.status)

    policy = document(allow(call.action))
    aws.iam.put_role_policy(RoleName="app", PolicyName="inline", PolicyDocument=policy)
    assert _outcome(operation, call.parameters) != call.code


def _outcome(operation: Callable[..., object], parameters: dict[str, Any]) -> str:
    """Return the code of a call's error, which what is not there has, too; empty without one."""
    try:
        operation(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_object_is_read_where_the_policy_says(aws: AwsAccount) -> None:
    """A policy for one folder of a bucket opens this folder, and not for writing."""
    s3 = aws.client("s3")
    bucket = f"reports-{aws.id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("open/a", "shut/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"text")
    reader = session(aws, allow("s3:GetObject", resource=f"arn:aws:s3:::{bucket}/open/*"))

    found = reader.client("s3").get_object(Bucket=bucket, Key="open/a")["Body"].read()
    shut = refusal(reader.client("s3").get_object, Bucket=bucket, Key="shut/a")
    write = refusal(reader.client("s3").put_object, Bucket=bucket, Key="open/b", Body=b"")

    assert found == b"text"
    assert shut.message == _denied(
        aws, "s3:GetObject", f' on resource: "arn:aws:s3:::{bucket}/shut/a"'
    )
    assert write.code == "AccessDenied"


def test_object_tags_are_keys(aws: AwsAccount) -> None:
    """s3:ExistingObjectTag is what the object has when it is read."""
    s3 = aws.client("s3")
    bucket = f"tagged-{aws.id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key="mine", Body=b"", Tagging="team=shop")
    s3.put_object(Bucket=bucket, Key="theirs", Body=b"", Tagging="team=ops")
    mine = {"StringEquals": {"s3:ExistingObjectTag/team": "shop"}}
    reader = session(aws, allow("s3:GetObject", **mine)).client("s3")

    assert reader.get_object(Bucket=bucket, Key="mine")
    assert refusal(reader.get_object, Bucket=bucket, Key="theirs").code == "AccessDenied"


def test_copy_reads_its_source(aws: AwsAccount) -> None:
    """CopyObject needs s3:GetObject on the source, too."""
    s3 = aws.client("s3")
    bucket = f"copied-{aws.id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key="a", Body=b"text")
    writer = session(aws, allow("s3:PutObject")).client("s3")

    found = refusal(writer.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/a")

    assert "s3:GetObject on resource" in found.message


def test_secret_is_read_by_the_tags_of_session_and_secret(aws: AwsAccount) -> None:
    """One policy with a variable opens to each namespace its own secret."""
    for namespace in ("dev", "qa"):
        tags = [{"Key": "kubernetes-namespace", "Value": namespace}]
        aws.client("secretsmanager").create_secret(
            Name=f"{namespace}-secret", SecretString=f"in {namespace}", Tags=tags
        )
    own = {
        "StringEquals": {
            "secretsmanager:ResourceTag/kubernetes-namespace": (
                "${aws:PrincipalTag/kubernetes-namespace}"
            )
        }
    }
    role = declare_role(aws, "app", allow("secretsmanager:GetSecretValue", **own))

    dev, qa = (
        assume(aws, role, Tags=[{"Key": "kubernetes-namespace", "Value": each}]).client(
            "secretsmanager"
        )
        for each in ("dev", "qa")
    )

    assert dev.get_secret_value(SecretId="dev-secret")["SecretString"] == "in dev"
    assert qa.get_secret_value(SecretId="qa-secret")["SecretString"] == "in qa"
    assert refusal(dev.get_secret_value, SecretId="qa-secret").message == _denied(
        aws, "secretsmanager:GetSecretValue", " on resource: qa-secret"
    )
    assert refusal(qa.get_secret_value, SecretId="dev-secret").status == 400


def test_key_is_opened_by_its_policy(aws: AwsAccount) -> None:
    """A key policy that does not name the account leaves identity policies without a say."""
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    user = session(aws, allow("kms:Encrypt")).client("kms")
    assert user.encrypt(KeyId=key, Plaintext=b"a")

    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.id}:role/other"}}
    shut = document({**statement, "Action": "kms:*", "Resource": "*"})
    aws.declare_role("other")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=shut)

    found = refusal(user.encrypt, KeyId=key, Plaintext=b"a")
    assert found.message.endswith("because no resource-based policy allows the kms:Encrypt action")


def test_batch_of_messages_is_sending(aws: AwsAccount) -> None:
    """SendMessageBatch is sqs:SendMessage on the queue."""
    url = aws.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    queue = f"arn:aws:sqs:{REGION}:{aws.id}:work"
    sender = session(aws, allow("sqs:SendMessage", resource=queue)).client("sqs")
    entries = [{"Id": "1", "MessageBody": "a"}]

    assert sender.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]
    assert refusal(sender.receive_message, QueueUrl=url).code == "AccessDenied"


def test_tags_of_a_request_are_keys(aws: AwsAccount) -> None:
    """A role may be created with the tags that the policy asks for, and with no others."""
    condition = {
        "StringEquals": {"aws:RequestTag/team": "shop"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    maker = session(aws, allow("iam:CreateRole", "iam:TagRole", **condition)).client("iam")
    role = {"AssumeRolePolicyDocument": json.dumps(_TRUST)}

    assert maker.create_role(RoleName="a", Tags=[{"Key": "team", "Value": "shop"}], **role)
    for wrong in ([], [{"Key": "team", "Value": "ops"}], _tags("team", "shop", "cost", "1")):
        assert refusal(maker.create_role, RoleName="b", Tags=wrong, **role).code == "AccessDenied"


_TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def _tags(*words: str) -> list[dict[str, str]]:
    pairs = zip(words[::2], words[1::2], strict=True)
    return [{"Key": key, "Value": value} for key, value in pairs]


def test_stack_needs_the_right_to_pass_its_role(aws: AwsAccount) -> None:
    """A role that CloudFormation shall use is handed to it."""
    caller = session(aws, allow("cloudformation:*")).client("cloudformation")
    role = aws.declare_role("stacks")

    found = refusal(
        caller.create_stack, StackName="a", TemplateBody='{"Resources": {}}', RoleARN=role
    )

    assert found.message == _denied(aws, "iam:PassRole", f" on resource: {role}")


def test_every_session_may_ask_who_it_is(aws: AwsAccount) -> None:
    """GetCallerIdentity needs no permission."""
    identity = session(aws).client("sts").get_caller_identity()

    assert identity["Arn"] == f"arn:aws:sts::{aws.id}:assumed-role/app/one"
    assert identity["Account"] == aws.id
    assert identity["UserId"].startswith("AROA")
    assert identity["UserId"].endswith(":one")


@pytest.mark.parametrize("operation", ["get_session_token", "get_federation_token"])
def test_sessions_make_no_credentials_of_other_kinds(aws: AwsAccount, operation: str) -> None:
    """What only users may ask for is not for sessions, whatever their policies say."""
    caller = session(aws, allow("*")).client("sts")
    parameters = {"Name": "bob"} if "federation" in operation else {}

    assert refusal(getattr(caller, operation), **parameters).code == "AccessDenied"


def test_deleted_role_leaves_nothing_to_its_sessions(aws: AwsAccount) -> None:
    """A session ends in effect with its role, even if another of that name comes."""
    caller = session(aws, allow("*"))
    assert caller.client("s3").list_buckets()
    aws.iam.delete_role_policy(RoleName="app", PolicyName="inline")
    aws.iam.delete_role(RoleName="app")
    declare_role(aws, "app", allow("*"))

    assert refusal(caller.client("s3").list_buckets).code == "AccessDenied"


def test_call_for_another_service_than_the_signed_one_is_refused(aws: AwsAccount) -> None:
    """A session that may list buckets reads no secret by a request that looks like both."""
    aws.client("secretsmanager").create_secret(Name="dev", SecretString="text")
    s3 = session(aws, allow("s3:*")).client("s3")

    def disguise(request: AWSRequest, **_: object) -> None:
        request.data = b'{"SecretId": "dev"}'
        request.headers["X-Amz-Target"] = "secretsmanager.GetSecretValue"
        request.headers["Content-Type"] = "application/x-amz-json-1.1"

    s3.meta.events.register("before-sign.s3", disguise)

    assert refusal(s3.list_buckets).code == "InvalidAction"


def test_operation_that_is_not_known_is_refused(aws: AwsAccount) -> None:
    """What AWS's model does not have cannot be decided on, and gets nowhere."""
    ec2 = session(aws, allow("*")).client("ec2")

    def rename(params: dict[str, Any], **_: object) -> None:
        params["body"]["Action"] = "DescribeEverything"

    ec2.meta.events.register("before-call.ec2", rename)

    assert refusal(ec2.describe_vpcs).code == "InvalidAction"


def test_session_needs_its_token(aws: AwsAccount) -> None:
    """Key without token, or with another session's, is no credential."""
    one, two = session(aws, allow("*")), assume(aws, f"arn:aws:iam::{aws.id}:role/app")
    mixed = {**one.credentials, "SessionToken": two.credentials["SessionToken"]}

    found = refusal(RoleSession(aws.emulator, mixed).client("s3").list_buckets)

    assert found.code == "InvalidAccessKeyId"


def test_user_is_held_to_policies_of_user_and_groups(aws: AwsAccount) -> None:
    """A key of CreateAccessKey may do what its user's and the groups' policies allow."""
    aws.iam.create_user(UserName="ci")
    aws.iam.create_group(GroupName="readers")
    aws.iam.add_user_to_group(UserName="ci", GroupName="readers")
    key = aws.iam.create_access_key(UserName="ci")["AccessKey"]
    user = RoleSession(aws.emulator, {**key, "SessionToken": None})

    found = refusal(user.client("s3").list_buckets)
    aws.iam.put_group_policy(
        GroupName="readers", PolicyName="p", PolicyDocument=document(allow("s3:List*"))
    )

    assert found.message.startswith(f"User: arn:aws:iam::{aws.id}:user/ci is not authorized")
    assert user.client("s3").list_buckets()["Buckets"] == []
    aws.iam.update_access_key(UserName="ci", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refusal(user.client("s3").list_buckets).code == "InvalidAccessKeyId"


def _with_policy_of_aws(aws: AwsAccount, name: str) -> RoleSession:
    role = declare_role(aws, "app")
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    return assume(aws, role)


@pytest.mark.parametrize("name", ["AmazonS3ReadOnlyAccess", "job-function/ViewOnlyAccess"])
def test_policy_of_aws_counts_by_its_document(aws: AwsAccount, name: str) -> None:
    """Both policies list buckets and make none."""
    caller = _with_policy_of_aws(aws, name).client("s3")

    assert caller.list_buckets()["Buckets"] == []
    assert refusal(caller.create_bucket, Bucket=f"new-{aws.id}").code == "AccessDenied"


def test_policy_of_aws_that_is_not_known_allows_nothing(aws: AwsAccount) -> None:
    """The emulator does not guess what a policy says that its data set lacks, and says so."""
    caller = _with_policy_of_aws(aws, "AmazonGuardDutyFullAccess")

    assert refusal(caller.client("s3").list_buckets) == Refusal(
        "AccessDenied",
        "The emulator does not know what arn:aws:iam::aws:policy/AmazonGuardDutyFullAccess says, "
        "so it cannot allow the call.",
        403,
    )


def test_page_shows_the_refusal(aws: AwsAccount) -> None:
    """docs/emulator.md shows what a role without policies is answered."""
    caller = assume(aws, declare_role(aws, "reader"), name="me")
    page = (Path(__file__).parents[3] / "docs/emulator.md").read_text(encoding="utf-8")

    found = refusal(caller.client("s3").list_buckets)

    assert found.message.replace(aws.id, ACCOUNT) in page
