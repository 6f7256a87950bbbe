"""What decides about an add-on's permissions: what a user wrote, and what EKS's catalogue says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from eks_pod_identity.errors import Place
from eks_pod_identity.observed.catalog import AddonOffer, RecommendedPermissions


class PermissionSource(Enum):
    """The rule that decided."""

    EXPLICIT = "explicit"
    CLEARED = "cleared"
    IRSA = "irsa"
    RECOMMENDED = "recommended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AddonRequest:
    """What a user declared about one add-on.

    Attributes:
        name: EKS's name of the add-on.
        address: Where it was declared, in the user's spelling, for example `addons[2]`.
        place: The file position of the declaration, if it has one.
        version: As written: None, `latest`, a full or a partial version.
        namespace: As written; None for where EKS installs it.
        service_accounts: Names of the declared associations; None when the list is omitted.
        configuration_values: JSON or YAML text of a mapping.
        field_places: The file positions of its keys, by their address below that of the add-on.
        irsa: Whether an IRSA role is given (`serviceAccountRoleARN`).
        use_recommended: `useDefaultPodIdentityAssociations` of this add-on.
        auto_apply: `addonsConfig.autoApplyPodIdentityAssociations`.
    """

    name: str
    address: str
    place: Place | None = None
    version: str | None = None
    namespace: str | None = None
    service_accounts: tuple[str, ...] | None = None
    irsa: bool = False
    use_recommended: bool = False
    auto_apply: bool = False
    configuration_values: str | None = None
    field_places: Mapping[str, Place] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class AddonFacts:
    """What EKS's catalogue says of the add-on for the cluster's Kubernetes version.

    Attributes:
        kubernetes_version: For example `1.33`.
        offer: The versions that EKS lists for it.
        recommended: For the resolved version; empty if that one does not support pod identity.
        ipv6: Whether the cluster's pods have IPv6 addresses.
        known_addons: The names of all add-ons, if EKS lists no version of this one.
        configuration_schema: JSON Schema of the configuration values of the version that will run;
            empty if that is not known.
        installed_version: The version that runs, which stays if none is asked for, even where EKS
            no longer lists it; None if the add-on is not installed or not looked at.
    """

    kubernetes_version: str
    offer: AddonOffer
    recommended: tuple[RecommendedPermissions, ...] = ()
    ipv6: bool = False
    installed_version: str | None = None
    known_addons: tuple[str, ...] = ()
    configuration_schema: str = ""
