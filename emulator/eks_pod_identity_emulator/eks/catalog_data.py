"""Reads the catalog: `data/kubernetes-versions.yaml` and a file per add-on in `data/addons`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

from eks_pod_identity_emulator.eks.catalog import (
    AddonVersion,
    Catalog,
    CatalogAddon,
    KubernetesVersion,
    RecommendedIdentity,
)
from eks_pod_identity_emulator.yaml_text import parse_yaml


@cache
def load_catalog() -> Catalog:
    """Return the catalog that comes with the package."""
    data = files("eks_pod_identity_emulator") / "data"
    entries: Any = parse_yaml((data / "kubernetes-versions.yaml").read_text("utf-8"))
    kubernetes = tuple(_kubernetes_version(values) for values in entries)
    known = [version.version for version in reversed(kubernetes)]
    addons = sorted(
        (
            _addon(parse_yaml(file.read_text("utf-8")), known)
            for file in (data / "addons").iterdir()
            if file.name.endswith(".yaml")
        ),
        key=lambda addon: addon.name,
    )
    return Catalog({addon.name: addon for addon in addons}, kubernetes)


def _kubernetes_version(values: Mapping[str, Any]) -> KubernetesVersion:
    return KubernetesVersion(
        version=values["version"],
        patch=values["patch"],
        platform=values["platform"],
        released=_midnight(values["released"]),
        standard_until=_midnight(values["endOfStandardSupport"]),
        extended_until=_midnight(values["endOfExtendedSupport"]),
        support=values["support"],
        default=values.get("default", False),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))


def _addon(values: Any, known: list[str]) -> CatalogAddon:  # noqa: ANN401 - a file of ours, checked by its keys
    return CatalogAddon(
        name=values["name"],
        type=values["type"],
        owner=values["owner"],
        publisher=values["publisher"],
        namespace=values["namespace"],
        compute_types=tuple(values["computeTypes"]),
        requires_iam_permissions=values["requiresIamPermissions"],
        versions=tuple(_version({**values, **entry}, known) for entry in values["versions"]),
        configuration_schema=values["configurationSchema"],
    )


def _version(values: Mapping[str, Any], known: list[str]) -> AddonVersion:
    """Build a version; what its entry leaves out is as for the whole add-on."""
    return AddonVersion(
        version=values["version"],
        kubernetes=_span(values["kubernetes"], known),
        default_for=_span(values.get("defaultFor", ""), known),
        service_accounts=tuple(values["serviceAccounts"]),
        identities=_identities(values["podIdentity"]),
    )


def _span(text: str, known: list[str]) -> tuple[str, ...]:
    """Return the versions from the first to the last of "1.31-1.36"; a single one stands alone."""
    if not text:
        return ()
    first, _, last = text.partition("-")
    return tuple(known[known.index(first) : known.index(last or first) + 1])


def _identities(entries: Iterable[Mapping[str, Any]]) -> tuple[RecommendedIdentity, ...]:
    return tuple(
        RecommendedIdentity(entry["serviceAccount"], tuple(entry["recommendedManagedPolicies"]))
        for entry in entries
    )
