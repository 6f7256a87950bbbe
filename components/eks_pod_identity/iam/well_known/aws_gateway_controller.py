"""AWS Gateway API controller, for Amazon VPC Lattice.

Upstream grants the whole of `vpc-lattice`, also through ARNs: its services are made at run time.
"""

from collections.abc import Iterator
from datetime import date

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)

_ACTIONS = (
    "acm:ListCertificates",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcs",
    "firehose:TagDeliveryStream",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "tag:GetResources",
    "tag:TagResources",
    "tag:UntagResources",
    "vpc-lattice:*",
)


def _write(context: PolicyContext, _scope: Scope) -> Permissions:
    document = build_document(
        build_statement("Control", _ACTIONS),
        *_service_roles(context),
    )
    return Permissions(inline=(("AWSGatewayController", document),))


def _service_roles(context: PolicyContext) -> Iterator[Statement]:
    roles = {
        "Lattice": ("vpc-lattice.amazonaws.com", "AWSServiceRoleForVpcLattice"),
        "LogDelivery": ("delivery.logs.amazonaws.com", "AWSServiceRoleForLogDelivery"),
    }
    for sid, (service, role) in roles.items():
        yield build_statement(
            f"{sid}Role",
            ("iam:CreateServiceLinkedRole",),
            (context.arn("iam", f"role/aws-service-role/{service}/{role}", region=""),),
            {"StringLike": {"iam:AWSServiceName": service}},
        )


POLICY = WellKnownPolicy(
    key="awsGatewayController",
    title="AWS Gateway API controller",
    source="https://github.com/aws/aws-application-networking-k8s/blob/v2.1.3/files/controller-installation/recommended-inline-policy.json",
    upstream_version="2.1.3",
    checked=date(2026, 8, 14),
    description="Runs VPC Lattice for the cluster, with access logs and certificates.",
    write=_write,
)
