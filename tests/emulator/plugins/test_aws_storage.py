"""Secrets Manager and S3 kinds of the aws plugin, against the emulator."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from harness.emulator import ACCOUNT, RunningEmulator
from harness.plugin_engine import SIGNATURE, UNKNOWN, ProviderClient
from pulumi.runtime.proto import provider_pb2

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type of resource
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
BUCKET = "aws:s3/bucket:Bucket"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
ASSET = "c44067f5952c0a294b673a41bacd8c17"


@pytest.fixture
def s3(emulator: RunningEmulator) -> BaseClient:
    """S3 as somebody else uses it."""
    return emulator.client("s3")


@pytest.fixture
def secrets(emulator: RunningEmulator) -> BaseClient:
    """Secrets Manager as somebody else uses it."""
    return emulator.client("secretsmanager")


def test_secret_and_its_value_live(provider: ProviderClient, secrets: BaseClient) -> None:
    """A secret is made, described anew, given a value, and deleted at once if so wanted."""
    news = {"description": "a", "recoveryWindowInDays": 0, "tags": {"x": "1"}}
    secret = provider.make(SECRET, "pw", news)
    value = provider.make(VERSION, "pw", {"secretId": secret.id, "secretString": "hush"})
    secret = provider.change(secret, {**news, "description": "b", "tags": {}})

    assert secret.id.startswith(f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:pw-")
    assert secrets.get_secret_value(SecretId=secret.id)["SecretString"] == "hush"
    assert value.id == f"{secret.id}|{value.state['versionId']}"
    assert value.state["versionStages"] == ["AWSCURRENT"]
    assert secrets.describe_secret(SecretId=secret.id)["Description"] == "b"
    assert provider.diff(value, {"secretId": secret.id, "secretString": "x"}).replaces == (
        "secretString",
    )
    for resource in (secret, value):
        found = provider.adopt(resource.token, "pw", resource.id)
        assert found
        assert provider.diff(found, found.inputs).steps == {}
    provider.remove(value)
    provider.remove(secret)
    assert provider.refresh(secret) is None
    assert provider.refresh(value) is None
    provider.remove(secret)


def test_secret_in_its_recovery_window_is_gone(provider: ProviderClient) -> None:
    """A secret that is scheduled for deletion counts as deleted."""
    secret = provider.make(SECRET, "later", {})

    provider.remove(secret)

    assert provider.refresh(secret) is None


def test_secret_value_leaves_the_plugin_as_a_secret(provider: ProviderClient) -> None:
    """The engine encrypts what the schema calls sensitive, also where the program forgot to."""
    urn = f"urn:pulumi:dev::test::{VERSION}::v"
    request = provider_pb2.CheckRequest(urn=urn)
    request.news.update({"secretId": "arn", "secretString": "hush"})

    answer = provider.stub.Check(request)

    assert answer.inputs["secretString"][SIGNATURE] == "1b47061264138c4ac30d75fd1eb44270"


def test_write_only_value_is_sent_and_not_kept(
    provider: ProviderClient, secrets: BaseClient
) -> None:
    """A state file never sees it, and a second run has nothing to do."""
    secret = provider.make(SECRET, "wo", {"recoveryWindowInDays": 0})
    news = {"secretId": secret.id, "secretStringWo": "hush", "secretStringWoVersion": 1}

    value = provider.make(VERSION, "wo", news)

    assert secrets.get_secret_value(SecretId=secret.id)["SecretString"] == "hush"
    assert "hush" not in json.dumps(value.state)
    assert value.state["hasSecretStringWo"] is True
    assert provider.diff(value, news).steps == {}
    assert provider.refresh(value)
    assert provider.diff(value, {**news, "secretStringWoVersion": 2}).replaces == (
        "secretStringWoVersion",
    )


def test_bucket_and_object_live(provider: ProviderClient, s3: BaseClient) -> None:
    """A bucket with an object is made, its content changed, and both are deleted."""
    bucket = provider.make(BUCKET, "Data", {"tags": {"a": "1"}, "forceDestroy": True})
    news = {"bucket": bucket.id, "content": "one", "contentType": "text/plain"}
    thing = provider.make(OBJECT, "greeting.txt", news)
    thing = provider.change(thing, {**news, "content": "two"})

    stored = s3.get_object(Bucket=bucket.id, Key="greeting.txt")
    assert bucket.id == bucket.id.lower()
    assert bucket.state["arn"] == f"arn:aws:s3:::{bucket.id}"
    assert (thing.id, stored["Body"].read()) == (f"{bucket.id}/greeting.txt", b"two")
    assert stored["ContentType"] == "text/plain"
    found = provider.adopt(BUCKET, "Data", bucket.id)
    assert found
    assert provider.diff(found, found.inputs).steps == {}
    assert provider.adopt(OBJECT, "x", f"s3://{bucket.id}/greeting.txt")
    changed = provider.change(bucket, {"tags": {"b": "2"}, "forceDestroy": True})
    assert s3.get_bucket_tagging(Bucket=bucket.id)["TagSet"] == [{"Key": "b", "Value": "2"}]
    provider.remove(changed)
    assert provider.refresh(changed) is None
    provider.remove(thing)
    provider.remove(changed)


def test_full_bucket_is_not_deleted_without_being_told(
    provider: ProviderClient, s3: BaseClient
) -> None:
    """Objects that nobody declared are safe."""
    bucket = provider.make(BUCKET, "full", {})
    s3.put_object(Bucket=bucket.id, Key="mine", Body=b"x")

    with pytest.raises(Exception, match="BucketNotEmpty"):
        provider.remove(bucket)


def test_object_is_read_from_a_file_and_from_base64(
    provider: ProviderClient, s3: BaseClient, tmp_path: Path
) -> None:
    """Assets are told apart by their hash."""
    bucket = provider.make(BUCKET, "files", {"forceDestroy": True})
    (tmp_path / "f").write_text("file")

    def asset(content_hash: str) -> dict[str, Any]:
        fields = {SIGNATURE: ASSET, "hash": content_hash, "path": str(tmp_path / "f")}
        return {"bucket": bucket.id, "key": "file", "source": fields}

    made = provider.make(OBJECT, "file", asset("1"))
    encoded = base64.b64encode(b"bytes").decode()
    provider.make(OBJECT, "b", {"bucket": bucket.id, "key": "b", "contentBase64": encoded})

    assert s3.get_object(Bucket=bucket.id, Key="file")["Body"].read() == b"file"
    assert s3.get_object(Bucket=bucket.id, Key="b")["Body"].read() == b"bytes"
    assert provider.diff(made, asset("1")).steps == {}
    assert provider.diff(made, asset("2")).steps == {"source": "update"}


def test_preview_of_a_bucket_knows_its_name(provider: ProviderClient) -> None:
    """The made-up name is told, what AWS makes of it is not."""
    outputs = provider.preview(BUCKET, "soon", {})

    assert outputs["bucket"].startswith("soon-")
    assert outputs["arn"] == UNKNOWN
