"""`aws:s3/bucket:Bucket`, after terraform-provider-aws internal/service/s3/bucket.go.

The settings that have resources of their own (versioning, policy, encryption and so on) are
deprecated arguments of a bucket; this stand-in refuses them instead of passing them over.
"""

from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import observed_tags, unique_suffix
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import Rule, Traits, at_most
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

GONE = ("NoSuchBucket", "404", "NotFound")
# The region whose buckets are made without naming it.
_FIRST_REGION = "us-east-1"
_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"


def _elsewhere(resource: str) -> Rule:
    def fault(value: Value) -> str:
        del value
        return f"is not supported by the emulator's aws plugin as an argument; {resource}"

    return fault


_REFUSED = {
    "accelerationStatus": "AWS has aws.s3.BucketAccelerateConfiguration for it",
    "acl": "AWS has aws.s3.BucketAcl for it",
    "bucketNamespace": "leave it out",
    "corsRules": "AWS has aws.s3.BucketCorsConfiguration for it",
    "grants": "AWS has aws.s3.BucketAcl for it",
    "lifecycleRules": "AWS has aws.s3.BucketLifecycleConfiguration for it",
    "logging": "AWS has aws.s3.BucketLogging for it",
    "objectLockConfiguration": "AWS has aws.s3.BucketObjectLockConfiguration for it",
    "policy": "AWS has aws.s3.BucketPolicy for it",
    "replicationConfiguration": "AWS has aws.s3.BucketReplicationConfig for it",
    "requestPayer": "AWS has aws.s3.BucketRequestPaymentConfiguration for it",
    "serverSideEncryptionConfiguration": (
        "AWS has aws.s3.BucketServerSideEncryptionConfiguration for it"
    ),
    "versioning": "AWS has aws.s3.BucketVersioning for it",
    "website": "AWS has aws.s3.BucketWebsiteConfiguration for it",
}


class Bucket(Kind):
    """A bucket."""

    pulumi_type = "aws:s3/bucket:Bucket"
    sdk = ("pulumi_aws.s3", "Bucket")
    traits = Traits(
        force_new=frozenset({"bucket", "bucketPrefix", "objectLockEnabled", "region"}),
        defaults={"forceDestroy": False},
        conflicts=(("bucket", "bucketPrefix"),),
        rules={
            "bucket": at_most(63, _NAME, "must be a bucket name"),
            "bucketPrefix": at_most(37),
            **{name: _elsewhere(words) for name, words in _REFUSED.items()},
        },
        named=("bucket", NameRule(63, lower=True)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the bucket in its region, then tag it."""
        name = str(inputs.get("bucket") or f"{inputs.get('bucketPrefix', '')}{unique_suffix()}")
        region = scope.region
        place = None if region == _FIRST_REGION else {"LocationConstraint": region}
        with doing(f"creating S3 Bucket ({name})"):
            scope.call(
                "s3",
                "CreateBucket",
                Bucket=name,
                CreateBucketConfiguration=place,
                ObjectLockEnabledForBucket=inputs.get("objectLockEnabled") or None,
            )
            if inputs.get("tagsAll"):
                _put_tags(scope, name, inputs["tagsAll"])
            return name, self.read(scope, name, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the bucket and its tags."""
        try:
            scope.call("s3", "HeadBucket", Bucket=resource_id)
        except AwsCallError as failure:
            if failure.is_code(*GONE):
                return None
            raise
        return {
            "arn": f"arn:{scope.partition}:s3:::{resource_id}",
            "bucket": resource_id,
            "bucketDomainName": f"{resource_id}.s3.amazonaws.com",
            "bucketPrefix": known.get("bucketPrefix", ""),
            "bucketRegion": scope.region,
            "bucketRegionalDomainName": f"{resource_id}.s3.{scope.region}.amazonaws.com",
            **observed_tags(scope, _tags(scope, resource_id), known),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Do nothing: tags are written as a whole, and forceDestroy is a note for deletion."""

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the bucket, emptied first if the user wants that."""
        with doing(f"deleting S3 Bucket ({resource_id})"):
            try:
                if state.get("forceDestroy"):
                    _empty(scope, resource_id)
                scope.call("s3", "DeleteBucket", Bucket=resource_id)
            except AwsCallError as failure:
                if not failure.is_code(*GONE):
                    raise

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Write all tags: S3 knows no other way."""
        kept = {k: v for k, v in (state.get("tagsAll") or {}).items() if k not in removed}
        _put_tags(scope, state["bucket"], {**kept, **updated})


def _put_tags(scope: Scope, bucket: str, tags: dict[str, str]) -> None:
    if tags:
        scope.call("s3", "PutBucketTagging", Bucket=bucket, Tagging={"TagSet": to_list(tags)})
    else:
        scope.call("s3", "DeleteBucketTagging", Bucket=bucket)


def _tags(scope: Scope, bucket: str) -> list[Value]:
    answer = scope.find("s3", "GetBucketTagging", "NoSuchTagSet", Bucket=bucket)
    return list(answer["TagSet"]) if answer else []


def _empty(scope: Scope, bucket: str) -> None:
    while True:
        listed = scope.call("s3", "ListObjectVersions", Bucket=bucket)
        found = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        for version in found:
            subject = {"Key": version["Key"], "VersionId": version.get("VersionId")}
            scope.call("s3", "DeleteObject", Bucket=bucket, **subject)
        if not listed.get("IsTruncated"):
            return
