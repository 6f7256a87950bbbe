"""Which add-ons EKS offers, in which versions, for which Kubernetes version.

Plain values; `catalog_data` reads them from the files that come with the package.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class KubernetesVersion:
    """A Kubernetes version of EKS.

    Attributes:
        version: Such as 1.35.
        patch: The upstream patch version.
        platform: EKS platform version.
        released: Start of standard support.
        standard_until: End of standard support.
        extended_until: End of extended support.
        support: STANDARD_SUPPORT, EXTENDED_SUPPORT or UNSUPPORTED.
        default: Whether a new cluster gets it.
    """

    version: str
    patch: str
    platform: str
    released: datetime
    standard_until: datetime
    extended_until: datetime
    support: str
    default: bool


@dataclass(frozen=True, slots=True)
class RecommendedIdentity:
    """A service account of an add-on and the AWS managed policies that it should have.

    The policies are given as the end of their ARN, such as service-role/AmazonEBSCSIDriverPolicy.
    """

    service_account: str
    managed_policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddonVersion:
    """A version of an add-on.

    Attributes:
        version: Such as v1.21.2-eksbuild.2.
        kubernetes: Kubernetes versions that it runs on.
        default_for: Kubernetes versions for which it is the default.
        service_accounts: Service accounts of its pods.
        identities: Those that can have a role; none means no Pod Identity support.
    """

    version: str
    kubernetes: tuple[str, ...]
    default_for: tuple[str, ...]
    service_accounts: tuple[str, ...]
    identities: tuple[RecommendedIdentity, ...]


@dataclass(frozen=True, slots=True)
class CatalogAddon:
    """An add-on that EKS offers; versions are newest first."""

    name: str
    type: str
    owner: str
    publisher: str
    namespace: str
    compute_types: tuple[str, ...]
    requires_iam_permissions: bool
    versions: tuple[AddonVersion, ...]
    configuration_schema: Mapping[str, Any]

    def version(self, name: str) -> AddonVersion | None:
        """Return the version of that name, or None."""
        return next((version for version in self.versions if version.version == name), None)

    def versions_for(self, kubernetes: str) -> tuple[AddonVersion, ...]:
        """Return the versions that run on a Kubernetes version, newest first."""
        return tuple(version for version in self.versions if kubernetes in version.kubernetes)

    def default_for(self, kubernetes: str) -> AddonVersion | None:
        """Return the version that an installation without a version gets, or None."""
        return next(
            (version for version in self.versions if kubernetes in version.default_for), None
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything on offer: add-ons by name, Kubernetes versions newest first."""

    addons: Mapping[str, CatalogAddon]
    kubernetes: tuple[KubernetesVersion, ...]

    def kubernetes_version(self, name: str) -> KubernetesVersion | None:
        """Return the Kubernetes version of that name, or None."""
        return next((version for version in self.kubernetes if version.version == name), None)

    def default_kubernetes_version(self) -> KubernetesVersion:
        """Return the version that a new cluster gets if it asks for none."""
        return next(version for version in self.kubernetes if version.default)
