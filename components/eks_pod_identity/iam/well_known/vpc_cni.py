"""Amazon VPC CNI plugin, service account `kube-system/aws-node`.

AWS manages a policy for IPv4 only; that for IPv6 is written here, and the add-on needs it too:
EKS recommends the IPv4 policy whatever the cluster's IP family.
"""

from datetime import date
from typing import Any

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)

_SOURCE = "https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.0/docs/iam-policy.md"
_VERSION = "1.23.0"
_CHECKED = date(2026, 8, 20)

_IPV6 = (
    "ec2:AssignIpv6Addresses",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    # Subnet discovery is on from 1.22.1; without these two nodes never become ready.
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
)


def build_ipv6_document(context: PolicyContext) -> dict[str, Any]:
    """Return the permissions of the VPC CNI plugin in a cluster with IP family IPv6."""
    interfaces = (context.arn("ec2", "network-interface/*"),)
    return build_document(
        build_statement("Addresses", _IPV6),
        build_statement("Tag", ("ec2:CreateTags",), interfaces),
    )


def _write_ipv4(context: PolicyContext, _scope: Scope) -> Permissions:
    return Permissions(managed=(context.managed_policy("AmazonEKS_CNI_Policy"),))


def _write_ipv6(context: PolicyContext, _scope: Scope) -> Permissions:
    return Permissions(inline=(("VPCCNIIPv6", build_ipv6_document(context)),))


IPV4_POLICY = WellKnownPolicy(
    key="vpcCNIIPv4",
    title="Amazon VPC CNI plugin, IPv4",
    source=_SOURCE,
    upstream_version=_VERSION,
    checked=_CHECKED,
    description="Manages network interfaces and their IPv4 addresses.",
    write=_write_ipv4,
)
IPV6_POLICY = WellKnownPolicy(
    key="vpcCNIIPv6",
    title="Amazon VPC CNI plugin, IPv6",
    source=_SOURCE,
    upstream_version=_VERSION,
    checked=_CHECKED,
    description="Assigns IPv6 addresses to network interfaces.",
    write=_write_ipv6,
)
