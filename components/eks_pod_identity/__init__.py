"""Declarative Amazon EKS Pod Identity on Pulumi.

What stands in `__all__` is the public surface; everything else may change without notice. Names
are imported when they are first used, so that the command line, the policy pack and the pure
layers start without loading Pulumi's SDKs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eks_pod_identity.addon import Addon, AddonArgs, AddonPodIdentityAssociationArgs
    from eks_pod_identity.agent import PodIdentityAgent, PodIdentityAgentArgs
    from eks_pod_identity.args import DeclarationArgs, RolePermissionsArgs, ServiceAccountArgs
    from eks_pod_identity.association import PodIdentityAssociation, PodIdentityAssociationArgs
    from eks_pod_identity.cluster import (
        AddonSummary,
        AssociationSummary,
        ClusterPodIdentities,
        ClusterPodIdentitiesArgs,
    )
    from eks_pod_identity.errors import (
        ApplyError,
        ConfigError,
        ObservationError,
        Place,
        PlanError,
        PodIdentityError,
        Problem,
        Severity,
    )
    from eks_pod_identity.iam.trust import TrustScope
    from eks_pod_identity.refusal import RefusedError
    from eks_pod_identity.role import PodIdentityRole, PodIdentityRoleArgs

_HOMES = {
    "addon": ("Addon", "AddonArgs", "AddonPodIdentityAssociationArgs"),
    "agent": ("PodIdentityAgent", "PodIdentityAgentArgs"),
    "args": ("DeclarationArgs", "RolePermissionsArgs", "ServiceAccountArgs"),
    "association": ("PodIdentityAssociation", "PodIdentityAssociationArgs"),
    "cluster": (
        "AddonSummary",
        "AssociationSummary",
        "ClusterPodIdentities",
        "ClusterPodIdentitiesArgs",
    ),
    "errors": (
        "ApplyError",
        "ConfigError",
        "ObservationError",
        "Place",
        "PlanError",
        "PodIdentityError",
        "Problem",
        "Severity",
    ),
    "iam.trust": ("TrustScope",),
    "refusal": ("RefusedError",),
    "role": ("PodIdentityRole", "PodIdentityRoleArgs"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Addon",
    "AddonArgs",
    "AddonPodIdentityAssociationArgs",
    "AddonSummary",
    "ApplyError",
    "AssociationSummary",
    "ClusterPodIdentities",
    "ClusterPodIdentitiesArgs",
    "ConfigError",
    "DeclarationArgs",
    "ObservationError",
    "Place",
    "PlanError",
    "PodIdentityAgent",
    "PodIdentityAgentArgs",
    "PodIdentityAssociation",
    "PodIdentityAssociationArgs",
    "PodIdentityError",
    "PodIdentityRole",
    "PodIdentityRoleArgs",
    "Problem",
    "RefusedError",
    "RolePermissionsArgs",
    "ServiceAccountArgs",
    "Severity",
    "TrustScope",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes have any type
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
