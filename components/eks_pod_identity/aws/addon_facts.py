"""What EKS's catalogue says of the add-ons of a file, asked for together.

In: what a file asks of its add-ons, and the cluster it is for. Out: facts by add-on name, for those
whose plan depends on them. A version that runs and is no longer listed is not asked for: EKS may
not know it any more.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.observed.catalog import (
    AddonConfiguration,
    AddonOffer,
    resolve_version,
    settled_version,
)
from eks_pod_identity.observed.cluster import ClusterState, IpFamily
from eks_pod_identity.planning.addon_permissions import AddonFacts, AddonRequest, needs_catalog


class Catalog(Protocol):
    """Who knows what EKS offers."""

    def offer(self, addon: str, kubernetes_version: str) -> AddonOffer:
        """Return what EKS offers of an add-on."""

    def configuration(self, addon: str, version: str) -> AddonConfiguration:
        """Return what a version of an add-on takes."""

    def addon_names(self, kubernetes_version: str) -> tuple[str, ...]:
        """Return the names of all add-ons."""


def observe_addon_facts(
    catalog: Catalog,
    requests: Iterable[AddonRequest],
    observed: ClusterState,
    progress: Progress = no_progress,
) -> Mapping[str, AddonFacts]:
    """Return what the plan of each add-on depends on, by name.

    Raises:
        ObservationError: AWS could not be read.
    """
    wanted = [request for request in requests if needs_catalog(request)]
    found = read_each(
        wanted, lambda request: _facts(catalog, request, observed), "catalogue", progress
    )
    return {request.name: facts for request, facts in zip(wanted, found, strict=True)}


def _facts(catalog: Catalog, request: AddonRequest, observed: ClusterState) -> AddonFacts:
    addon = observed.addons.get(request.name)
    return read_addon_facts(
        catalog,
        request,
        observed.version,
        ipv6=observed.ip_family is IpFamily.IPV6,
        installed=addon.version if addon else None,
    )


def read_addon_facts(
    catalog: Catalog,
    request: AddonRequest,
    kubernetes_version: str,
    *,
    ipv6: bool,
    installed: str | None,
) -> AddonFacts:
    """Return what the plan of one add-on depends on.

    Args:
        catalog: Whom to ask.
        request: What was declared.
        kubernetes_version: The cluster's.
        ipv6: Whether its pods have IPv6 addresses.
        installed: The version of the add-on that runs, if there is one.

    Raises:
        ObservationError: AWS could not be read.
    """
    offer = catalog.offer(request.name, kubernetes_version)
    configuration = _configuration(catalog, request, offer, installed)
    return AddonFacts(
        kubernetes_version=kubernetes_version,
        offer=offer,
        recommended=configuration.recommended,
        ipv6=ipv6,
        installed_version=installed,
        known_addons=() if offer.versions else catalog.addon_names(kubernetes_version),
        configuration_schema=configuration.schema,
    )


def _configuration(
    catalog: Catalog, request: AddonRequest, offer: AddonOffer, installed: str | None
) -> AddonConfiguration:
    version = settled_version(request.version, offer, installed)
    if version in offer.versions and version:
        return catalog.configuration(request.name, version.version)
    # EKS may not know the version that runs any more; permissions are those of the default, and
    # what its values may be is not known.
    default = resolve_version(None, offer.versions)
    if default is None:
        return AddonConfiguration()
    return AddonConfiguration(catalog.configuration(request.name, default.version).recommended)
