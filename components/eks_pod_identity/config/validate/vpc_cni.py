"""Rules of vpc-cni in an IPv6 cluster, where it cannot work without permissions of its own.

AmazonEKS_CNI_Policy, which node roles have, does not let it assign IPv6 addresses
(EKS user guide, "Configure Amazon VPC CNI plugin to use IRSA", IPv6 policy).
"""

import re
from collections.abc import Iterator

from eks_pod_identity.config.addon import Addon
from eks_pod_identity.config.cluster import ClusterConfig, IpFamily
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.presence import Presence
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem

VPC_CNI = "vpc-cni"

_IPV6_SINCE = (1, 10)
_MAJOR_MINOR = re.compile(r"v?(\d{1,6})\.(\d{1,6})\b.*")
_SOURCES = (
    "podIdentityAssociations",
    "useDefaultPodIdentityAssociations",
    "serviceAccountRoleARN",
)


def validate_vpc_cni(addon: Addon, config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """Judge vpc-cni where IPv6 and the lack of Auto Mode make it matter."""
    if addon.name == VPC_CNI and config.ip_family is IpFamily.IPV6 and not config.auto_mode:
        yield from validate_ipv6_permissions(addon, config, scope)
        yield from validate_ipv6_version(addon, scope)


def validate_ipv6_permissions(
    addon: Addon, config: ClusterConfig, scope: Scope
) -> Iterator[Problem]:
    """Permissions are wished for; `[]` says that the node role has them."""
    # With an OIDC provider, eksctl makes an IRSA role unasked, and the cluster may be its work.
    with_oidc = bool(config.iam and config.iam.with_oidc)
    wished = (
        addon.associations_presence is Presence.GIVEN
        or addon.use_default_pod_identity_associations
        or addon.irsa_fields
        or config.auto_apply_associations
        or with_oidc
    )
    if wished or scope.is_faulty(*_SOURCES):
        return
    yield scope.problem(
        Fault.VPC_CNI_IPV6_WITHOUT_PERMISSIONS,
        f"{quoted(VPC_CNI)} has no permissions to assign IPv6 addresses",
        others=[("kubernetesNetworkConfig", "ipFamily")],
        help=[
            "useDefaultPodIdentityAssociations: true",
            "if the node role has the permissions, write podIdentityAssociations: []",
        ],
    )


def validate_ipv6_version(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """The version, if one is asked for, knows IPv6."""
    match = _MAJOR_MINOR.fullmatch(addon.version or "")
    if match and (int(match[1]), int(match[2])) < _IPV6_SINCE:
        yield scope.at("version").problem(
            Fault.VPC_CNI_TOO_OLD_FOR_IPV6,
            f"{quoted(VPC_CNI)} knows IPv6 since 1.10, found {addon.version}",
            help=["version: latest", "delete version, for EKS's default"],
        )
