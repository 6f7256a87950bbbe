"""Cluster Autoscaler on Auto Scaling groups.

The actions are upstream's policy for all features. Upstream's text lacks
`autoscaling:DescribeTags`, which eksctl grants and releases up to 1.24 call; it is kept.
"""

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
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeTags",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "eks:DescribeNodegroup",
)
_WRITES = (
    "autoscaling:SetDesiredCapacity",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(
        build_statement("Read", _READS),
        build_statement("Scale", _WRITES, scope["autoscaling_group_arns"]),
    )
    return Permissions(inline=(("ClusterAutoscaler", document),))


POLICY = WellKnownPolicy(
    key="autoScaler",
    title="Cluster Autoscaler",
    source="https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/cloudprovider/aws/README.md",
    upstream_version="1.36.1",
    checked=date(2026, 8, 22),
    description="Reads Auto Scaling groups and instance types, and scales groups.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="autoscaling_group_arns",
            description="Auto Scaling groups that may be scaled; all if absent.",
            services=("autoscaling",),
            default="*",
        ),
    ),
)
