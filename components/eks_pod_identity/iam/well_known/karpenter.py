"""Karpenter, controller.

Upstream's CloudFormation template splits these statements over six managed policies; here they are
one inline policy. Node role and interruption queue default to the names that the template gives.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_LAUNCH = ("ec2:CreateFleet", "ec2:RunInstances")
_PUBLIC = ("image", "snapshot")
_USED = ("capacity-reservation", "placement-group", "security-group", "subnet")
_MADE = (
    "fleet",
    "instance",
    "launch-template",
    "network-interface",
    "spot-instances-request",
    "volume",
)
_REGIONAL_READS = (
    "ec2:DescribeCapacityReservations",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribePlacementGroups",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSpotPriceHistory",
    "ec2:DescribeSubnets",
)
_PROFILE_WRITES = (
    "iam:AddRoleToInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
)
_QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage")


def _write(context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(
        *_reads(context),
        *_instances(context),
        *_instance_tags(context),
        *_instance_profiles(context),
        _node_role(scope),
        build_statement("Interruptions", _QUEUE, scope["queue_arns"]),
    )
    return Permissions(inline=(("Karpenter", document),))


def _reads(context: PolicyContext) -> Iterator[Statement]:
    cluster = context.local_arn("eks", f"cluster/{context.cluster}")
    parameters = context.arn("ssm", "parameter/aws/service/*", region=context.region, account="")
    here = {"StringEquals": {"aws:RequestedRegion": context.region}}
    shifted = {"StringEquals": {"arc-zonal-shift:ResourceIdentifier": cluster}}
    yield build_statement("Read", _REGIONAL_READS, conditions=here)
    yield build_statement("Price", ("pricing:GetProducts",))
    yield build_statement("Images", ("ssm:GetParameter",), (parameters,))
    yield build_statement("Cluster", ("eks:DescribeCluster",), (cluster,))
    yield build_statement("ZonalShift", ("arc-zonal-shift:GetManagedResource",), conditions=shifted)


def _instances(context: PolicyContext) -> Iterator[Statement]:
    shared = [f"arn:{context.partition}:ec2:{context.region}::{kind}/*" for kind in _PUBLIC]
    owned = _owned("ResourceTag", context)
    yield build_statement("Use", _LAUNCH, shared + _of_region(context, _USED))
    yield build_statement("UseOwn", _LAUNCH, _of_region(context, ("launch-template",)), owned)
    yield build_statement(
        "Launch",
        (*_LAUNCH, "ec2:CreateLaunchTemplate"),
        _of_region(context, _MADE),
        _owned("RequestTag", context),
    )
    yield build_statement(
        "Delete",
        ("ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"),
        _of_region(context, ("instance", "launch-template")),
        owned,
    )


def _instance_tags(context: PolicyContext) -> Iterator[Statement]:
    new = _owned("RequestTag", context)
    new["StringEquals"]["ec2:CreateAction"] = [
        "CreateFleet",
        "CreateLaunchTemplate",
        "RunInstances",
    ]
    own = _owned("ResourceTag", context) | {
        "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": context.cluster},
        "ForAllValues:StringEquals": {
            "aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]
        },
    }
    yield build_statement("TagNew", ("ec2:CreateTags",), _of_region(context, _MADE), new)
    yield build_statement("TagOwn", ("ec2:CreateTags",), _of_region(context, ("instance",)), own)


def _instance_profiles(context: PolicyContext) -> Iterator[Statement]:
    profiles = (context.arn("iam", "instance-profile/*", region="", account=context.account),)
    new, own = _owned_profile("RequestTag", context), _owned_profile("ResourceTag", context)
    both = {operator: own[operator] | new[operator] for operator in own}
    yield build_statement("ListProfiles", ("iam:ListInstanceProfiles",))
    yield build_statement("ReadProfiles", ("iam:GetInstanceProfile",), profiles)
    yield build_statement("CreateProfiles", ("iam:CreateInstanceProfile",), profiles, new)
    yield build_statement("TagProfiles", ("iam:TagInstanceProfile",), profiles, both)
    yield build_statement("OwnProfiles", _PROFILE_WRITES, profiles, own)


def _node_role(scope: Scope) -> Statement:
    services = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]
    to_instances = {"StringEquals": {"iam:PassedToService": services}}
    return build_statement("PassNodeRole", ("iam:PassRole",), scope["node_role_arns"], to_instances)


def _of_region(context: PolicyContext, kinds: tuple[str, ...]) -> list[str]:
    return [context.arn("ec2", f"{kind}/*", region=context.region) for kind in kinds]


def _owned(side: str, context: PolicyContext) -> dict[str, dict[str, Any]]:
    """Return what marks an EC2 resource as Karpenter's, on the resource or in the request."""
    return _marks(side, context, {}, like="karpenter.sh/nodepool")


def _owned_profile(side: str, context: PolicyContext) -> dict[str, dict[str, Any]]:
    region = {f"aws:{side}/topology.kubernetes.io/region": context.region}
    return _marks(side, context, region, like="karpenter.k8s.aws/ec2nodeclass")


def _marks(
    side: str, context: PolicyContext, more: dict[str, str], *, like: str
) -> dict[str, dict[str, Any]]:
    equals = {f"aws:{side}/kubernetes.io/cluster/{context.cluster}": "owned"} | more
    if side == "RequestTag":
        equals["aws:RequestTag/eks:eks-cluster-name"] = context.cluster
    return {"StringEquals": dict(equals), "StringLike": {f"aws:{side}/{like}": "*"}}


POLICY = WellKnownPolicy(
    key="karpenter",
    title="Karpenter",
    source="https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/website/content/en/docs/getting-started/getting-started-with-karpenter/cloudformation.yaml",
    upstream_version="1.14.1",
    checked=date(2026, 8, 21),
    description="Launches instances for the cluster and ends those it has launched.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="node_role_arns",
            description="Roles of nodes; KarpenterNodeRole-CLUSTER if absent.",
            services=("iam",),
            default="arn:{partition}:iam::{account}:role/KarpenterNodeRole-{cluster}",
        ),
        ScopeArgument(
            name="queue_arns",
            description="Interruption queue; that named like the cluster if absent.",
            services=("sqs",),
            default="arn:{partition}:sqs:{region}:{account}:{cluster}",
        ),
    ),
)
