"""Services that MiniStack carries, and services that nobody carries."""

import json

import pytest
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import REGION
from harness.role_session import declare_role


def test_secret_is_kept_and_given_back(aws: AwsAccount) -> None:
    """Secrets Manager keeps values and versions."""
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="db", SecretString="one")
    secrets.put_secret_value(SecretId="db", SecretString="two")

    current = secrets.get_secret_value(SecretId="db")["SecretString"]
    previous = secrets.get_secret_value(SecretId="db", VersionStage="AWSPREVIOUS")["SecretString"]

    assert (current, previous) == ("two", "one")


def test_object_is_kept_and_given_back(aws: AwsAccount) -> None:
    """S3 keeps objects, answers HEAD without a body, and lists them."""
    s3, name = aws.client("s3"), f"bucket-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    body = b"x" * 3_000_000
    s3.put_object(Bucket=name, Key="a/b", Body=body)

    head = s3.head_object(Bucket=name, Key="a/b")
    content = s3.get_object(Bucket=name, Key="a/b")["Body"].read()
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=name)["Contents"]]

    assert head["ContentLength"] == len(body)
    assert content == body
    assert keys == ["a/b"]
    assert refusal(s3.head_object, Bucket=name, Key="none").status == 404


def test_network_of_a_cluster_can_be_made(aws: AwsAccount) -> None:
    """EC2 has the VPCs and subnets that a cluster's program declares."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]

    found = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]

    assert [entry["VpcId"] for entry in found] == [vpc]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("kinesis", "list_streams"),
        ("lambda", "list_functions"),
        ("rds", "describe_db_instances"),
        ("ses", "list_identities"),
    ],
)
def test_service_that_nobody_carries_is_refused(
    aws: AwsAccount, service: str, operation: str
) -> None:
    """A JSON, REST or query service without anybody behind it says so, and is not retried."""
    found = refusal(getattr(aws.client(service), operation))

    message = f"The emulator carries no service that requests are signed for as {service!r}."
    assert found == Refusal("UnrecognizedServiceException", message, 501)


@pytest.mark.parametrize("protocol", ["http", "https", "lambda", "firehose", "application"])
def test_topic_delivers_nothing_outside(aws: AwsAccount, protocol: str) -> None:
    """A subscription that would call an address or start a function is refused."""
    sns = aws.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]

    found = refusal(sns.subscribe, TopicArn=topic, Protocol=protocol, Endpoint="http://127.0.0.1")

    message = f"The emulator delivers no messages by {protocol}."
    assert found == Refusal("NotImplemented", message, 501)


def test_topic_delivers_to_a_queue(aws: AwsAccount) -> None:
    """A queue that has subscribed to a topic gets what is published."""
    sns, sqs = aws.client("sns"), aws.client("sqs")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    queue = f"arn:aws:sqs:{REGION}:{aws.id}:inbox"
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    sns.publish(TopicArn=topic, Message="hello")

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["Message"] == "hello"


def test_unknown_operation_of_a_query_service_is_refused(aws: AwsAccount) -> None:
    """An operation that IAM has and nobody here answers is an error, not an empty success."""
    found = refusal(aws.iam.list_server_certificates)

    assert (found.code, found.status) == ("InvalidAction", 400)


def test_policy_documents_of_users_are_checked_before_ministack(aws: AwsAccount) -> None:
    """MiniStack would take a user's policy whose action has no service."""
    aws.iam.create_user(UserName="ci")
    statement = {"Effect": "Allow", "Action": "GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    found = refusal(aws.iam.put_user_policy, UserName="ci", PolicyName="p", PolicyDocument=document)

    assert found.code == "MalformedPolicyDocument"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"RoleSessionName": "a b"}, id="session-name"),
        pytest.param({"DurationSeconds": 43201}, id="duration"),
        pytest.param({"Tags": [{"Key": str(n), "Value": ""} for n in range(51)]}, id="tags"),
    ],
)
def test_session_is_held_to_the_model_of_sts(aws: AwsAccount, wrong: dict[str, object]) -> None:
    """MiniStack would hand out credentials for a name, time or number of tags that STS refuses."""
    right = {"RoleArn": declare_role(aws, "deployer"), "RoleSessionName": "ci"}
    sts = aws.client("sts")

    found = refusal(sts.assume_role, **{**right, **wrong})

    assert (found.code, found.status) == ("ValidationError", 400)
    assert sts.assume_role(**right)["Credentials"]


def test_pages_of_ministack_are_not_reachable(aws: AwsAccount) -> None:
    """MiniStack's own pages, which could empty the whole emulator, are behind no service."""
    aws.declare_role("app")
    found = refusal(aws.client("s3").list_objects, Bucket="_ministack", Prefix="reset")

    assert (found.code, found.status) == ("InvalidAction", 404)
    assert len(aws.iam.list_roles()["Roles"]) == 1
