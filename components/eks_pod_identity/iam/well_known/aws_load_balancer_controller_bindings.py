"""AWS Load Balancer Controller used for target group bindings only: it makes nothing."""

from datetime import date

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_READS = (
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
_WRITES = (
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:RegisterTargets",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(
        build_statement("Read", _READS),
        build_statement("Bind", _WRITES, scope["target_group_arns"]),
    )
    return Permissions(inline=(("AWSLoadBalancerControllerBindings", document),))


POLICY = WellKnownPolicy(
    key="awsLoadBalancerControllerBindings",
    title="AWS Load Balancer Controller, target group bindings only",
    source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/deploy/installation.md",
    upstream_version="3.5.0",
    checked=date(2026, 8, 17),
    description="Adds pods to target groups that exist already, and removes them again.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="target_group_arns",
            description="Target groups that may be bound; all of the region if absent.",
            services=("elasticloadbalancing",),
            default="arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/*/*",
        ),
    ),
)
