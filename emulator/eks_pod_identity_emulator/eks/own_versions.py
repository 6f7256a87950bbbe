"""The catalog with a seed's own versions in it.

In: the catalog and the seed's versions. Out: another catalog; the first is left as it is.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from eks_pod_identity_emulator.eks.catalog import (
    AddonVersion,
    Catalog,
    CatalogAddon,
    KubernetesVersion,
)
from eks_pod_identity_emulator.seed import (
    SeedAddonVersion,
    SeedError,
    SeedKubernetesVersion,
    SeedOffers,
)

_STANDARD_MONTHS, _EXTENDED_MONTHS = 14, 26
"""https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"""


def with_own_versions(catalog: Catalog, offers: SeedOffers) -> Catalog:
    """Return the catalog with further versions, each in place of one of the same name.

    Raises:
        SeedError: An add-on or a Kubernetes version that is named is not there.
    """
    kubernetes = _kubernetes(catalog.kubernetes, offers.kubernetes)
    known = [entry.version for entry in kubernetes]
    addons = dict(catalog.addons)
    for name, versions in offers.addons.items():
        addons[name] = _addon(catalog, name, versions, known)
    return Catalog(addons, kubernetes)


def _kubernetes(
    offered: Iterable[KubernetesVersion], own: Iterable[SeedKubernetesVersion]
) -> tuple[KubernetesVersion, ...]:
    versions = {entry.version: entry for entry in offered}
    for entry in own:
        if entry.default:
            versions = {name: replace(one, default=False) for name, one in versions.items()}
        default = entry.default or (entry.version in versions and versions[entry.version].default)
        versions[entry.version] = _kubernetes_version(entry, default=default)
    return tuple(sorted(versions.values(), key=lambda one: _numbers(one.version), reverse=True))


def _kubernetes_version(own: SeedKubernetesVersion, *, default: bool) -> KubernetesVersion:
    return KubernetesVersion(
        version=own.version,
        patch=f"{own.version}.0",
        platform="eks.1",
        released=_midnight(own.released),
        standard_until=_midnight(_months_later(own.released, _STANDARD_MONTHS)),
        extended_until=_midnight(_months_later(own.released, _EXTENDED_MONTHS)),
        support=own.support,
        default=default,
    )


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, 28))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))


def _addon(
    catalog: Catalog, name: str, own: Iterable[SeedAddonVersion], known: list[str]
) -> CatalogAddon:
    offered = catalog.addons.get(name)
    if offered is None:
        names = ", ".join(catalog.addons)
        raise SeedError(f"versions.addons.{name}: no such add-on; there are {names}")
    versions = {entry.version: entry for entry in offered.versions}
    for entry in own:
        _require(f"versions.addons.{name}, {entry.version}", entry.kubernetes, known)
        versions = {key: _without_default(one, entry) for key, one in versions.items()}
        versions[entry.version] = _addon_version(offered, entry)
    newest_first = sorted(versions.values(), key=lambda one: _numbers(one.version), reverse=True)
    return replace(offered, versions=tuple(newest_first))


def _require(place: str, wanted: Iterable[str], known: list[str]) -> None:
    for version in wanted:
        if version not in known:
            there = ", ".join(known)
            raise SeedError(f"{place}: no Kubernetes version {version}; there are {there}")


def _without_default(version: AddonVersion, own: SeedAddonVersion) -> AddonVersion:
    kept = tuple(one for one in version.default_for if one not in own.default_for)
    return replace(version, default_for=kept)


def _addon_version(offered: CatalogAddon, own: SeedAddonVersion) -> AddonVersion:
    """Return a version with the service accounts of the newest one."""
    newest = offered.versions[0]
    return AddonVersion(
        version=own.version,
        kubernetes=own.kubernetes,
        default_for=own.default_for,
        service_accounts=newest.service_accounts,
        identities=() if own.without_pod_identity else newest.identities,
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.strip("v").replace("-eksbuild", "").split("."))
