"""`aws:s3/bucketPolicy:BucketPolicy`, after internal/service/s3/bucket_policy.go."""

from eks_pod_identity_emulator.plugins.aws.bucket import GONE
from eks_pod_identity_emulator.plugins.aws.documents import kept_policy, normal_json
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.traits import Traits, policy
from eks_pod_identity_emulator.plugins.values import PropertyMap

_NONE = ("NoSuchBucketPolicy", *GONE)


class BucketPolicy(Kind):
    """The policy of a bucket, which has one at most."""

    pulumi_type = "aws:s3/bucketPolicy:BucketPolicy"
    sdk = ("pulumi_aws.s3", "BucketPolicy")
    traits = Traits(
        force_new=frozenset({"bucket", "region"}),
        documents=frozenset({"policy"}),
        policies=frozenset({"policy"}),
        rules={"policy": policy},
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Put the policy; the bucket is its id."""
        bucket = inputs["bucket"]
        _put(scope, bucket, inputs)
        return bucket, self.read(scope, bucket, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the policy."""
        try:
            answer = scope.call("s3", "GetBucketPolicy", Bucket=resource_id)
        except AwsCallError as failure:
            if failure.is_code(*_NONE):
                return None
            raise
        document = kept_policy(str(known.get("policy", "")), answer["Policy"])
        return {"bucket": resource_id, "policy": document}

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Put the policy again; its text is all that can change."""
        _put(scope, resource_id, change.planned)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the policy."""
        del state
        with doing(f"deleting S3 Bucket Policy ({resource_id})"):
            scope.find("s3", "DeleteBucketPolicy", _NONE[0], Bucket=resource_id)


def _put(scope: Scope, bucket: str, inputs: PropertyMap) -> None:
    with doing(f"putting S3 Bucket Policy ({bucket})"):
        scope.call("s3", "PutBucketPolicy", Bucket=bucket, Policy=normal_json(inputs["policy"]))
