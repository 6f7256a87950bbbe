"""Declarative Amazon EKS Pod Identity on Pulumi.

`__all__` lists the public surface; everything else may change without notice. A name is imported
when it is first used, so that the command line, the policy pack and the pure rooms start without
Pulumi's SDKs.
"""

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eks_pod_identity.components.addon import Addon
    from eks_pod_identity.components.agent import PodIdentityAgent
    from eks_pod_identity.components.args import (
        AddonArgs,
        AddonPodIdentityAssociationArgs,
        AdoptsArgs,
        ClusterPodIdentitiesArgs,
        PodIdentityAgentArgs,
        PodIdentityAssociationArgs,
        PodIdentityRoleArgs,
        RolePermissionsArgs,
        RoleSettingsArgs,
        ServiceAccountArgs,
        TargetAssociationArgs,
        TargetRoleArgs,
    )
    from eks_pod_identity.components.association import PodIdentityAssociation
    from eks_pod_identity.components.cluster import (
        AddonSummary,
        AssociationSummary,
        ClusterPodIdentities,
    )
    from eks_pod_identity.components.refusal import RefusedError
    from eks_pod_identity.components.role import PodIdentityRole
    from eks_pod_identity.components.target_role import TargetRole
    from eks_pod_identity.errors import (
        Place,
        PodIdentityError,
        Problem,
        Severity,
    )
    from eks_pod_identity.iam.trust import TrustScope

_HOMES = {
    "components.addon": ("Addon",),
    "components.agent": ("PodIdentityAgent",),
    "components.args": (
        "AddonArgs",
        "AddonPodIdentityAssociationArgs",
        "AdoptsArgs",
        "ClusterPodIdentitiesArgs",
        "PodIdentityAgentArgs",
        "PodIdentityAssociationArgs",
        "PodIdentityRoleArgs",
        "RolePermissionsArgs",
        "RoleSettingsArgs",
        "ServiceAccountArgs",
        "TargetAssociationArgs",
        "TargetRoleArgs",
    ),
    "components.association": ("PodIdentityAssociation",),
    "components.cluster": ("AddonSummary", "AssociationSummary", "ClusterPodIdentities"),
    "components.refusal": ("RefusedError",),
    "components.role": ("PodIdentityRole",),
    "components.target_role": ("TargetRole",),
    "errors": (
        "Place",
        "PodIdentityError",
        "Problem",
        "Severity",
    ),
    "iam.trust": ("TrustScope",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Addon",
    "AddonArgs",
    "AddonPodIdentityAssociationArgs",
    "AddonSummary",
    "AdoptsArgs",
    "AssociationSummary",
    "ClusterPodIdentities",
    "ClusterPodIdentitiesArgs",
    "Place",
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
    "RoleSettingsArgs",
    "ServiceAccountArgs",
    "Severity",
    "TargetAssociationArgs",
    "TargetRole",
    "TargetRoleArgs",
    "TrustScope",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes have any type
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    thing = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    if name.endswith("Args"):
        _describe(thing)
    return thing


def _describe(arguments: Any) -> None:  # noqa: ANN401 - a TypedDict
    """Have `help` show what each argument is."""
    module = import_module(f"{__name__}.components.attributes")
    if arguments.__doc__ and "\nArguments:\n" not in arguments.__doc__:
        with suppress(OSError):  # without the source there is the type alone
            arguments.__doc__ = module.with_attributes(arguments)


def __dir__() -> list[str]:
    return __all__
