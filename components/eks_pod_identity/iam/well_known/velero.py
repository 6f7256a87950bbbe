"""Velero with its AWS plugin: backups in S3, snapshots of EBS volumes.

Upstream names one bucket, so there is no default. Snapshots are granted for all volumes, as
upstream does: volumes that a restore makes do not exist yet.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_VOLUMES = (
    "ec2:CreateSnapshot",
    "ec2:CreateTags",
    "ec2:CreateVolume",
    "ec2:DeleteSnapshot",
    "ec2:DescribeSnapshots",
    "ec2:DescribeVolumes",
)
_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectTagging",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    return Permissions(inline=(("Velero", build_document(*_statements(scope["bucket_arns"]))),))


def _statements(buckets: Sequence[str]) -> Iterator[Statement]:
    yield build_statement("Volumes", _VOLUMES)
    yield build_statement("Bucket", ("s3:ListBucket",), buckets)
    yield build_statement("Backups", _OBJECTS, [f"{arn}/*" for arn in buckets])


POLICY = WellKnownPolicy(
    key="velero",
    title="Velero",
    source="https://github.com/vmware-tanzu/velero-plugin-for-aws/blob/v1.13.2/README.md",
    upstream_version="1.13.2",
    checked=date(2026, 2, 10),
    description="Keeps backups in buckets and makes snapshots of volumes.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="bucket_arns",
            description="Buckets of backup locations, without a path.",
            services=("s3",),
            resource=r"[^/\s]+",
            required=True,
        ),
    ),
)
