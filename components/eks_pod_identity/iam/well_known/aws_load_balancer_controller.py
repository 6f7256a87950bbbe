"""AWS Load Balancer Controller.

Statements are upstream's `iam_policy.json`, which is eksctl's too. The tag that they ask for is put
on everything that the controller makes. For the isolated partitions (aws-iso and the like) upstream
keeps other lists, which are not covered.
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

_OWNED_REQUEST = "aws:RequestTag/elbv2.k8s.aws/cluster"
_OWNED_RESOURCE = "aws:ResourceTag/elbv2.k8s.aws/cluster"
# A Null test of "false" asks that the tag is there, whatever its value.
_REQUEST_OWNED: dict[str, Any] = {"Null": {_OWNED_REQUEST: "false"}}
_RESOURCE_OWNED: dict[str, Any] = {"Null": {_OWNED_RESOURCE: "false"}}
_KEEPS_OWNER: dict[str, Any] = {"Null": {_OWNED_REQUEST: "true", _OWNED_RESOURCE: "false"}}

_EC2_READS = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeCoipPools",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeIpamPools",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetCoipPoolUsage",
    "ec2:GetSecurityGroupsForVpc",
)
_LOAD_BALANCING_READS = (
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:DescribeTrustStores",
)
_NEIGHBOUR_SERVICES = (
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "cognito-idp:DescribeUserPoolClient",
    "iam:GetServerCertificate",
    "iam:ListServerCertificates",
    "shield:CreateProtection",
    "shield:DeleteProtection",
    "shield:DescribeProtection",
    "shield:GetSubscriptionState",
    "waf-regional:AssociateWebACL",
    "waf-regional:DisassociateWebACL",
    "waf-regional:GetWebACL",
    "waf-regional:GetWebACLForResource",
    "wafv2:AssociateWebACL",
    "wafv2:DisassociateWebACL",
    "wafv2:GetWebACL",
    "wafv2:GetWebACLForResource",
)
_OWNED_WRITES = (
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:ModifyCapacityReservation",
    "elasticloadbalancing:ModifyIpPools",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
)
_LISTENER_WRITES = (
    "elasticloadbalancing:AddListenerCertificates",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:RemoveListenerCertificates",
    "elasticloadbalancing:SetRulePriorities",
    "elasticloadbalancing:SetWebAcl",
)
_LISTENER_LIFE = (
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:CreateRule",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:DeleteRule",
)
_INGRESS = ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress")
_TAGGING = ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags")


def _write(context: PolicyContext, _scope: Scope) -> Permissions:
    document = build_document(
        *_reads(),
        *_security_groups(context),
        *_load_balancers(context),
        *_tags(context),
        *_listeners(context),
    )
    return Permissions(inline=(("AWSLoadBalancerController", document),))


def _reads() -> Iterator[Statement]:
    yield build_statement("Read", _EC2_READS + _LOAD_BALANCING_READS)
    yield build_statement("Neighbours", _NEIGHBOUR_SERVICES)


def _security_groups(context: PolicyContext) -> Iterator[Statement]:
    groups = (context.arn("ec2", "security-group/*"),)
    yield build_statement("Ingress", _INGRESS)
    yield build_statement("CreateGroup", ("ec2:CreateSecurityGroup",))
    yield build_statement(
        "TagNewGroup",
        ("ec2:CreateTags",),
        groups,
        _REQUEST_OWNED | {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}},
    )
    yield build_statement("TagOwnGroup", ("ec2:CreateTags", "ec2:DeleteTags"), groups, _KEEPS_OWNER)
    yield build_statement(
        "OwnGroup", (*_INGRESS, "ec2:DeleteSecurityGroup"), conditions=_RESOURCE_OWNED
    )


def _load_balancers(context: PolicyContext) -> Iterator[Statement]:
    linked = {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}}
    yield build_statement("ServiceRole", ("iam:CreateServiceLinkedRole",), conditions=linked)
    yield build_statement(
        "Create",
        ("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"),
        conditions=_REQUEST_OWNED,
    )
    yield build_statement("Own", _OWNED_WRITES, conditions=_RESOURCE_OWNED)
    yield build_statement(
        "Targets",
        ("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
        (context.arn("elasticloadbalancing", "targetgroup/*/*"),),
    )


def _tags(context: PolicyContext) -> Iterator[Statement]:
    kinds = ("targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*")
    resources = tuple(context.arn("elasticloadbalancing", kind) for kind in kinds)
    created = ("CreateLoadBalancer", "CreateTargetGroup")
    yield build_statement(
        "TagNew",
        ("elasticloadbalancing:AddTags",),
        resources,
        _REQUEST_OWNED | {"StringEquals": {"elasticloadbalancing:CreateAction": list(created)}},
    )
    yield build_statement("TagOwn", _TAGGING, resources, _KEEPS_OWNER)


def _listeners(context: PolicyContext) -> Iterator[Statement]:
    kinds = (
        "listener/net/*/*/*",
        "listener/app/*/*/*",
        "listener-rule/net/*/*/*",
        "listener-rule/app/*/*/*",
    )
    resources = tuple(context.arn("elasticloadbalancing", kind) for kind in kinds)
    yield build_statement("ListenerLife", _LISTENER_LIFE)
    yield build_statement("TagListeners", _TAGGING, resources)
    yield build_statement("Listeners", _LISTENER_WRITES)


POLICY = WellKnownPolicy(
    key="awsLoadBalancerController",
    title="AWS Load Balancer Controller",
    source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json",
    upstream_version="3.5.0",
    checked=date(2026, 8, 17),
    description=(
        "Makes load balancers, target groups and security groups, and changes those it has made."
    ),
    write=_write,
)
