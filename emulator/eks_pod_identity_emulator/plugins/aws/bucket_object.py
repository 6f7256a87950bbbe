"""Objects in buckets, `aws:s3/bucketObjectv2` and `aws:s3/bucketObject`, after object.go."""

import base64
from pathlib import Path
from typing import ClassVar
from urllib.request import urlopen

from eks_pod_identity_emulator.plugins.aws.bucket import GONE
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import observed_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import Traits, refused
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import Asset, PropertyMap

# What PutObject takes, by the property that holds it.
_HEADERS = {
    "acl": "ACL",
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentType": "ContentType",
    "metadata": "Metadata",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
    "websiteRedirect": "WebsiteRedirectLocation",
}
_CONTENT = ("content", "contentBase64", "source", "sourceHash", "etag")
_REFUSED = (
    "bucketKeyEnabled",
    "checksumAlgorithm",
    "kmsKeyId",
    "objectLockLegalHoldStatus",
    "objectLockMode",
    "objectLockRetainUntilDate",
    "overrideProvider",
)


class BucketObjectv2(Kind):
    """An object in a bucket."""

    pulumi_type = "aws:s3/bucketObjectv2:BucketObjectv2"
    sdk = ("pulumi_aws.s3", "BucketObjectv2")
    traits = Traits(
        force_new=frozenset({"bucket", "key", "region"}),
        defaults={"forceDestroy": False},
        conflicts=(
            ("content", "contentBase64"),
            ("content", "source"),
            ("contentBase64", "source"),
        ),
        rules=dict.fromkeys(_REFUSED, refused),
        # The bridge names an object as its resource, without a random end.
        named=("key", NameRule(1024, random=0)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Put the object."""
        bucket, key = inputs["bucket"], inputs["key"]
        with doing(f"uploading S3 Object ({key}) to Bucket ({bucket})"):
            _put(scope, inputs)
            resource_id = f"{bucket}/{key}"
            return resource_id, self.read(scope, resource_id, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the object's headers; its content stays what was put."""
        del resource_id
        subject = {"Bucket": known["bucket"], "Key": known["key"]}
        try:
            found = scope.call("s3", "HeadObject", **subject)
            tags = scope.call("s3", "GetObjectTagging", **subject).get("TagSet", [])
        except AwsCallError as failure:
            if failure.is_code("NoSuchKey", *GONE):
                return None
            raise
        told = {name: found.get(header) for name, header in _HEADERS.items() if name != "acl"}
        return {
            **told,
            "arn": f"arn:{scope.partition}:s3:::{known['bucket']}/{known['key']}",
            "etag": str(found.get("ETag", "")).strip('"'),
            "storageClass": found.get("StorageClass", "STANDARD"),
            "versionId": found.get("VersionId", ""),
            **observed_tags(scope, tags, known),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Put the object again if its content or a header differs."""
        if change.has(*_CONTENT, *_HEADERS):
            with doing(f"uploading S3 Object ({resource_id})"):
                _put(scope, change.planned)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the object."""
        subject = {"Bucket": state["bucket"], "Key": state["key"]}
        try:
            with doing(f"deleting S3 Object ({resource_id})"):
                scope.call("s3", "DeleteObject", **subject)
        except PluginError as failure:
            cause = failure.__cause__
            if not isinstance(cause, AwsCallError) or not cause.is_code(*GONE):
                raise

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Write all tags: S3 knows no other way."""
        kept = {k: v for k, v in (state.get("tagsAll") or {}).items() if k not in removed}
        tags = {"TagSet": to_list({**kept, **updated}) or []}
        scope.call("s3", "PutObjectTagging", Bucket=state["bucket"], Key=state["key"], Tagging=tags)

    def imported(self, import_id: str) -> tuple[str, PropertyMap]:
        """Read `bucket/key` or `s3://bucket/key`."""
        bucket, _, key = import_id.removeprefix("s3://").partition("/")
        if not bucket or not key:
            raise PluginError(f"unexpected format of ID ({import_id}), expected bucket/key")
        return f"{bucket}/{key}", {"bucket": bucket, "key": key}


class BucketObject(BucketObjectv2):
    """The same under its older name."""

    pulumi_type: ClassVar[str] = "aws:s3/bucketObject:BucketObject"
    sdk: ClassVar[tuple[str, str]] = ("pulumi_aws.s3", "BucketObject")


def _put(scope: Scope, inputs: PropertyMap) -> None:
    headers = {header: inputs.get(name) or None for name, header in _HEADERS.items()}
    scope.call(
        "s3",
        "PutObject",
        Bucket=inputs["bucket"],
        Key=inputs["key"],
        Body=_content(inputs),
        **headers,
    )
    if inputs.get("tagsAll"):
        scope.call(
            "s3",
            "PutObjectTagging",
            Bucket=inputs["bucket"],
            Key=inputs["key"],
            Tagging={"TagSet": to_list(inputs["tagsAll"])},
        )


def _content(inputs: PropertyMap) -> bytes:
    if inputs.get("contentBase64"):
        return base64.b64decode(inputs["contentBase64"])
    source = inputs.get("source")
    return _read_asset(source) if source else str(inputs.get("content", "")).encode()


def _read_asset(asset: Asset) -> bytes:
    fields = asset.fields
    if "text" in fields:
        return str(fields["text"]).encode()
    if "path" not in fields:
        with urlopen(str(fields["uri"])) as answer:  # noqa: S310 - the user's own program names it
            return bytes(answer.read())
    path = Path(str(fields["path"])).expanduser()
    try:
        return path.read_bytes()
    except OSError as error:
        raise PluginError(f"opening S3 object source ({path.resolve()}): {error}") from error
