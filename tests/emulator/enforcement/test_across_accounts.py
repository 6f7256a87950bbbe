"""Resources of another account: both sides have to allow a call, and it acts in theirs."""

import json

import pytest
from harness.aws_account import AwsAccount, refusal
from harness.emulator import REGION
from harness.role_session import RoleSession, allow, document, session


@pytest.fixture
def other(aws: AwsAccount) -> AwsAccount:
    """The account that owns what is asked for."""
    return AwsAccount(aws.emulator)


def _let_in(aws: AwsAccount, *actions: str, resource: str = "*") -> str:
    """Return a resource policy for role `app` of an account."""
    principal = {"AWS": f"arn:aws:iam::{aws.id}:role/app"}
    return document({**allow(*actions, resource=resource), "Principal": principal})


def test_bucket_of_another_account(aws: AwsAccount, other: AwsAccount) -> None:
    """A bucket policy opens a bucket to a role of another account that may read it."""
    bucket = f"theirs-{other.id}"
    other.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    other.client("s3").put_object(Bucket=bucket, Key="a", Body=b"text")
    reader = session(aws, allow("s3:GetObject")).client("s3")

    shut = refusal(reader.get_object, Bucket=bucket, Key="a")
    policy = _let_in(aws, "s3:GetObject", resource=f"arn:aws:s3:::{bucket}/*")
    other.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)

    assert shut.message.endswith("because no resource-based policy allows the s3:GetObject action")
    assert reader.get_object(Bucket=bucket, Key="a")["Body"].read() == b"text"
    assert (
        "no resource-based policy"
        in refusal(reader.put_object, Bucket=bucket, Key="b", Body=b"").message
    )


def test_secret_of_another_account(aws: AwsAccount, other: AwsAccount) -> None:
    """A secret's policy opens it by its ARN."""
    secrets = other.client("secretsmanager")
    secret = secrets.create_secret(Name="theirs", SecretString="text")["ARN"]
    reader = session(aws, allow("secretsmanager:GetSecretValue")).client("secretsmanager")

    shut = refusal(reader.get_secret_value, SecretId=secret)
    secrets.put_resource_policy(
        SecretId=secret, ResourcePolicy=_let_in(aws, "secretsmanager:GetSecretValue")
    )

    assert shut.code == "AccessDeniedException"
    assert reader.get_secret_value(SecretId=secret)["SecretString"] == "text"


def test_key_of_another_account(aws: AwsAccount, other: AwsAccount) -> None:
    """A key policy opens a key by its ARN."""
    kms = other.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    user = session(aws, allow("kms:Encrypt")).client("kms")

    shut = refusal(user.encrypt, KeyId=key, Plaintext=b"a")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=_let_in(aws, "kms:Encrypt"))

    assert shut.code == "AccessDeniedException"
    assert user.encrypt(KeyId=key, Plaintext=b"a")["KeyId"] == key


def test_queue_of_another_account(aws: AwsAccount, other: AwsAccount) -> None:
    """A queue's policy opens it by its URL."""
    sqs = other.client("sqs")
    url = sqs.create_queue(QueueName="theirs")["QueueUrl"]
    sender = session(aws, allow("sqs:SendMessage")).client("sqs")

    shut = refusal(sender.send_message, QueueUrl=url, MessageBody="a")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _let_in(aws, "sqs:SendMessage")})

    assert shut.code == "AccessDenied"
    assert sender.send_message(QueueUrl=url, MessageBody="a")
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_topic_of_another_account(aws: AwsAccount, other: AwsAccount) -> None:
    """A topic's policy opens it by its ARN."""
    sns = other.client("sns")
    topic = sns.create_topic(Name="theirs")["TopicArn"]
    sender = session(aws, allow("sns:Publish")).client("sns")

    shut = refusal(sender.publish, TopicArn=topic, Message="a")
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=_let_in(aws, "sns:Publish")
    )

    assert shut.code == "AuthorizationError"
    assert sender.publish(TopicArn=topic, Message="a")["MessageId"]


def test_deny_of_a_bucket_policy_wins_at_home(aws: AwsAccount) -> None:
    """What a bucket's own policy denies, no identity policy allows."""
    bucket = f"mine-{aws.id}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    deny = {**allow("s3:ListBucket"), "Effect": "Deny", "Principal": "*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {**deny, "Resource": f"arn:aws:s3:::{bucket}"}]}))  # fmt: skip

    found = refusal(session(aws, allow("s3:*")).client("s3").list_objects_v2, Bucket=bucket)

    assert found.message.endswith("with an explicit deny in a resource-based policy")


def test_role_named_by_a_bucket_policy_needs_no_policy_of_its_own(aws: AwsAccount) -> None:
    """In one account a resource policy that names the role is enough."""
    bucket = f"mine-{aws.id}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    caller: RoleSession = session(aws)
    policy = _let_in(aws, "s3:ListBucket", resource=f"arn:aws:s3:::{bucket}")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)

    assert caller.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
