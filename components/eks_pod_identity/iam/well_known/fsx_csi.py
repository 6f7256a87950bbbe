"""Amazon FSx for Lustre CSI driver, controller.

Upstream offers the managed policy AmazonFSxFullAccess or this list; the list is the narrower.
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

_FILE_SYSTEMS = (
    "fsx:CreateFileSystem",
    "fsx:DeleteFileSystem",
    "fsx:DescribeFileSystems",
    "fsx:TagResource",
    "fsx:UpdateFileSystem",
)
_DATA_SOURCE_ROLE = ("iam:AttachRolePolicy", "iam:CreateServiceLinkedRole", "iam:PutRolePolicy")


def _write(context: PolicyContext, scope: Scope) -> Permissions:
    return Permissions(inline=(("FSxCSIController", build_document(*_statements(context, scope))),))


def _statements(context: PolicyContext, scope: Scope) -> Iterator[Statement]:
    data_source_role = context.arn(
        "iam", "role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/*", region=""
    )
    linked = {"StringLike": {"iam:AWSServiceName": "fsx.amazonaws.com"}}
    yield build_statement("FileSystems", _FILE_SYSTEMS)
    yield build_statement("Buckets", ("s3:ListBucket",), scope["bucket_arns"])
    yield build_statement("DataSourceRole", _DATA_SOURCE_ROLE, (data_source_role,))
    yield build_statement("ServiceRole", ("iam:CreateServiceLinkedRole",), conditions=linked)


POLICY = WellKnownPolicy(
    key="fsxCSIController",
    title="Amazon FSx for Lustre CSI driver",
    source="https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/v1.9.0/docs/install.md",
    upstream_version="1.9.0",
    checked=date(2026, 4, 21),
    description="Makes, changes and deletes file systems, with their service-linked roles.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="bucket_arns",
            description="Buckets that fill file systems, without a path; all if absent.",
            services=("s3",),
            resource=r"[^/\s]+",
            default="arn:{partition}:s3:::*",
        ),
    ),
)
