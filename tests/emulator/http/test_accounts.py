"""Whose account a call is made in."""

from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import ACCOUNT, REGION


def _client(aws: AwsAccount, service: str, key: str, token: str | None = None) -> object:
    return boto3.client(
        service,  # type: ignore[call-overload] # a name known at run time
        endpoint_url=aws.emulator.url,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_accounts_do_not_see_each_other(aws: AwsAccount) -> None:
    """Clusters and roles of one account are nobody else's."""
    other = AwsAccount(aws.emulator)
    aws.declare_cluster()

    assert aws.eks.list_clusters()["clusters"] == ["demo"]
    assert other.eks.list_clusters()["clusters"] == []
    assert other.iam.list_roles()["Roles"] == []


def test_any_other_key_has_the_default_account(aws: AwsAccount) -> None:
    """A made-up key works, in the account that commands get who say nothing."""
    identity = _client(aws, "sts", "test").get_caller_identity()  # type: ignore[attr-defined]

    assert identity["Account"] == ACCOUNT


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("eks", "list_clusters", "UnrecognizedClientException"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("secretsmanager", "list_secrets", "UnrecognizedClientException"),
    ],
)
def test_temporary_key_from_elsewhere_is_refused(
    aws: AwsAccount, service: str, operation: str, expected: str
) -> None:
    """A key of the real AWS that strays here gets no account, in each service's own words."""
    client = _client(aws, service, "ASIAXXXXXXXXXXXXXXXX")

    found = refusal(getattr(client, operation))

    assert found == Refusal(expected, "The security token included in the request is invalid.", 403)


def test_regions_do_not_see_each_other(aws: AwsAccount) -> None:
    """A cluster lives in the region that its request was signed for."""
    aws.declare_cluster()
    elsewhere = boto3.client(
        "eks",
        endpoint_url=aws.emulator.url,
        region_name="us-west-2",
        aws_access_key_id=aws.id,
        aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
    )

    assert elsewhere.list_clusters()["clusters"] == []


def test_presigned_request_is_as_good_as_a_signed_one(aws: AwsAccount) -> None:
    """`aws eks get-token` makes a presigned URL of GetCallerIdentity; it tells the account."""
    url = aws.client("sts").generate_presigned_url("get_caller_identity", ExpiresIn=60)

    with urlopen(url) as answer:  # noqa: S310 - loopback
        text = answer.read().decode()

    assert f"<Account>{aws.id}</Account>" in text
    assert aws.calls()[-1]["operation"] == "GetCallerIdentity"
