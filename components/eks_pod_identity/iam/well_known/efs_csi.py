"""Amazon EFS CSI driver, controller.

Upstream's text. eksctl tests `TagResource` by the tag of the request, which lets the driver tag,
and then delete, access points that are not its own; upstream tests the tag of the resource.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)

_REQUEST_OWNED: dict[str, Any] = {
    "StringLike": {"aws:RequestTag/efs.csi.aws.com/cluster": "true"},
}
_RESOURCE_OWNED: dict[str, Any] = {
    "StringLike": {"aws:ResourceTag/efs.csi.aws.com/cluster": "true"},
}
_READS = (
    "ec2:DescribeAvailabilityZones",
    "elasticfilesystem:DescribeAccessPoints",
    "elasticfilesystem:DescribeFileSystems",
    "elasticfilesystem:DescribeMountTargets",
    "s3files:ListAccessPoints",
    "s3files:ListFileSystems",
)
_CREATE = ("elasticfilesystem:CreateAccessPoint", "s3files:CreateAccessPoint")
_OWN = (
    "elasticfilesystem:DeleteAccessPoint",
    "elasticfilesystem:TagResource",
    "s3files:DeleteAccessPoint",
    "s3files:TagResource",
)


def _write(_context: PolicyContext, _scope: Scope) -> Permissions:
    return Permissions(inline=(("EFSCSIController", build_document(*_statements())),))


def _statements() -> Iterator[Statement]:
    yield build_statement("Read", _READS)
    yield build_statement("Create", _CREATE, conditions=_REQUEST_OWNED)
    yield build_statement("Own", _OWN, conditions=_RESOURCE_OWNED)


POLICY = WellKnownPolicy(
    key="efsCSIController",
    title="Amazon EFS CSI driver",
    source="https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/v3.4.1/docs/iam-policy-example.json",
    upstream_version="3.4.1",
    checked=date(2026, 7, 24),
    description="Makes access points of EFS and S3 Files, and deletes those it has made.",
    write=_write,
)
