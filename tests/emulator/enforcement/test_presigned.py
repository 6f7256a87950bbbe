"""Presigned addresses of S3: the signer's call, whoever makes it, until it ends."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from harness.aws_account import AwsAccount
from harness.emulator import RunningEmulator
from harness.role_session import RoleSession, allow, session


@pytest.fixture
def bucket(aws: AwsAccount) -> str:
    """A bucket of the account with an object."""
    name = f"presigned-{aws.id}"
    aws.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.client("s3").put_object(Bucket=name, Key="a b/1", Body=b"meow")
    return name


def _ask(url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    request = Request(url, body, method=method)  # noqa: S310 - loopback
    try:
        with urlopen(request) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def _address(signer: RoleSession, operation: str, seconds: int = 60, **parameters: object) -> str:
    given = signer.credentials
    return _presigned(
        signer.emulator,
        (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]),
        operation,
        parameters,
        seconds=seconds,
    )


def _presigned(  # noqa: PLR0913 - who signs what, how, for how long
    emulator: RunningEmulator,
    key: tuple[str, str, str | None],
    operation: str,
    parameters: Mapping[str, object],
    *,
    seconds: int = 60,
    version: str = "s3v4",
) -> str:
    client: Any = boto3.client(
        "s3",
        endpoint_url=emulator.url,
        region_name="eu-west-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        aws_session_token=key[2],
        config=Config(signature_version=version, s3={"addressing_style": "path"}),
    )
    url: str = client.generate_presigned_url(operation, parameters, ExpiresIn=seconds)
    return url


def test_address_does_what_its_signer_may(aws: AwsAccount, bucket: str) -> None:
    """Objects are read and written, with the metadata that was signed."""
    signer = session(aws, allow("s3:GetObject", "s3:PutObject"))
    put = _address(signer, "put_object", Bucket=bucket, Key="new")

    read = _ask(_address(signer, "get_object", Bucket=bucket, Key="a b/1"))
    # As the JavaScript SDK signs: what would be a header is in the address.
    written = _ask(f"{put}&x-amz-meta-team=shop", "PUT", b"new")

    assert read == (200, b"meow")
    assert written[0] == 200, written
    assert aws.client("s3").head_object(Bucket=bucket, Key="new")["Metadata"] == {"team": "shop"}


def test_address_does_no_more_than_its_signer_may(aws: AwsAccount, bucket: str) -> None:
    """A call that the signer may not make is refused in S3's words."""
    signer = session(aws, allow("s3:GetObject"))

    status, told = _ask(_address(signer, "delete_object", Bucket=bucket, Key="a b/1"), "DELETE")

    assert status == 403
    assert b"<Code>AccessDenied</Code>" in told
    assert b"is not authorized to perform: s3:DeleteObject" in told


def test_policy_sees_that_an_address_is_presigned(aws: AwsAccount, bucket: str) -> None:
    """`s3:authType` tells an address from a signed call, and an address has an age."""
    deny = {
        "Effect": "Deny",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"s3:authType": "REST-QUERY-STRING"},
            "NumericLessThan": {"s3:signatureAge": "60000"},
        },
    }
    signer = session(aws, allow("s3:GetObject"), deny)

    status, _ = _ask(_address(signer, "get_object", Bucket=bucket, Key="a b/1"))

    assert status == 403
    assert signer.client("s3").get_object(Bucket=bucket, Key="a b/1")["Body"].read() == b"meow"


def test_address_of_an_administrator_is_good(aws: AwsAccount, bucket: str) -> None:
    """A key of 12 digits signs addresses, too."""
    wanted = {"Bucket": bucket, "Key": "a b/1"}

    assert _ask(_presigned(aws.emulator, (aws.id, "any", None), "get_object", wanted)) == (
        200,
        b"meow",
    )


def test_address_of_the_old_kind_is_refused(aws: AwsAccount, bucket: str) -> None:
    """S3 takes signatures of version 2 for buckets from before June 2020 only."""
    key, wanted = (aws.id, "any", None), {"Bucket": bucket, "Key": "a b/1"}

    status, told = _ask(_presigned(aws.emulator, key, "get_object", wanted, version="s3"))

    assert status == 400
    assert b"<Code>InvalidRequest</Code>" in told
    assert b"not supported. Please use AWS4-HMAC-SHA256." in told


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"X-Amz-Date": -3600}, "AccessDenied", "Request has expired"),
        ({"X-Amz-Date": 3600}, "AccessDenied", "Request is not yet valid"),
        ({"X-Amz-Date": "today"}, "AuthorizationQueryParametersError", "ISO8601 Long Format"),
        ({"X-Amz-Expires": "604801"}, "AuthorizationQueryParametersError", "less than a week"),
        ({"X-Amz-Expires": "-1"}, "AuthorizationQueryParametersError", "non-negative"),
        ({"X-Amz-Expires": "soon"}, "AuthorizationQueryParametersError", "should be a number"),
        (
            {"X-Amz-Expires": ""},
            "AuthorizationQueryParametersError",
            "requires the X-Amz-Algorithm",
        ),
    ],
)
def test_address_ends_and_has_a_form(
    aws: AwsAccount, bucket: str, change: dict[str, int | str], code: str, message: str
) -> None:
    """What is over, of tomorrow, too long-lived or incomplete is refused in S3's words."""
    url = _address(session(aws, allow("s3:GetObject")), "get_object", Bucket=bucket, Key="a b/1")
    for name, value in change.items():
        text = _moment(value) if isinstance(value, int) else value
        url = re.sub(f"{name}=[^&]*", f"{name}={quote(text)}", url)

    _, told = _ask(url)

    assert f"<Code>{code}</Code>" in told.decode()
    assert message in told.decode()


def _moment(seconds: int) -> str:
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y%m%dT%H%M%SZ}"


def test_address_dies_with_its_session(aws: AwsAccount, bucket: str) -> None:
    """A token that was altered is none."""
    signer = session(aws, allow("s3:GetObject"))
    url = _address(signer, "get_object", Bucket=bucket, Key="a b/1")

    status, _ = _ask(re.sub(r"X-Amz-Security-Token=[^&]{4}", "X-Amz-Security-Token=AAAA", url))

    assert status == 403
