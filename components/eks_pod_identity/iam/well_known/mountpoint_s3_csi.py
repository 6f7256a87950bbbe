"""Mountpoint for Amazon S3 CSI driver: general purpose and directory buckets.

Upstream names one bucket, so there is no default: a driver that may read every bucket of an
account is asked for in words (`arn:aws:s3:::*`).
"""

from collections.abc import Iterator
from datetime import date

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:PutObject",
)
_ENCRYPTION = ("kms:Decrypt", "kms:GenerateDataKey")


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    return Permissions(inline=(("MountpointS3CSI", build_document(*_statements(scope))),))


def _statements(scope: Scope) -> Iterator[Statement]:
    buckets = [arn for arn in scope["bucket_arns"] if ":s3express:" not in arn]
    directories = [arn for arn in scope["bucket_arns"] if ":s3express:" in arn]
    if buckets:
        yield build_statement("Buckets", ("s3:ListBucket",), buckets)
        yield build_statement("Objects", _OBJECTS, [f"{arn}/*" for arn in buckets])
    if directories:
        yield build_statement("DirectoryBuckets", ("s3express:CreateSession",), directories)
    if keys := scope["kms_key_arns"]:
        yield build_statement("Encrypt", _ENCRYPTION, keys)


POLICY = WellKnownPolicy(
    key="mountpointS3CSI",
    title="Mountpoint for Amazon S3 CSI driver",
    source="https://github.com/awslabs/mountpoint-s3/blob/main/doc/CONFIGURATION.md#iam-permissions",
    upstream_version="2.7.0",
    checked=date(2026, 8, 8),
    description="Lists buckets, and reads, writes and deletes their objects.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="bucket_arns",
            description="Buckets to mount, without a path; directory buckets too.",
            services=("s3", "s3express"),
            resource=r"(bucket/)?[^/\s]+",
            required=True,
        ),
        ScopeArgument(
            name="kms_key_arns",
            description="Customer managed keys of the buckets; none if absent.",
            services=("kms",),
        ),
    ),
)
