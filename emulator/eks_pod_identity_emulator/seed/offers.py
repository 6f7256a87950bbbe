"""Versions that a seed adds to EKS's catalog, such as those of the day that a page was written.

    versions:
      kubernetes:
        - {version: "1.28", released: "2023-09-26", default: true}
      addons:
        eks-pod-identity-agent:
          - {version: v1.0.0-eksbuild.1, kubernetes: ["1.28"], defaultFor: ["1.28"]}

A version that the catalog has, too, is replaced. All else about an add-on stays as it is there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from eks_pod_identity_emulator.seed.mapping import SeedError, SeedMapping

SUPPORT = ("STANDARD_SUPPORT", "EXTENDED_SUPPORT", "UNSUPPORTED")

_KUBERNETES = re.compile(r"1\.\d{1,3}")
_ADDON = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")


@dataclass(frozen=True, slots=True)
class SeedKubernetesVersion:
    """A Kubernetes version that EKS offers.

    Attributes:
        version: Such as 1.28.
        released: The day EKS offered it first; its support ends by that day.
        support: STANDARD_SUPPORT, EXTENDED_SUPPORT or UNSUPPORTED.
        default: Whether a cluster without version gets it, in place of the catalog's.
    """

    version: str
    released: date
    support: str = SUPPORT[0]
    default: bool = False


@dataclass(frozen=True, slots=True)
class SeedAddonVersion:
    """A version of an add-on of the catalog.

    Attributes:
        version: Such as v1.0.0-eksbuild.1.
        kubernetes: Kubernetes versions that it runs on.
        default_for: Those for which it is the default, in place of the catalog's.
        without_pod_identity: Whether none of its service accounts can have a role.
    """

    version: str
    kubernetes: tuple[str, ...]
    default_for: tuple[str, ...] = ()
    without_pod_identity: bool = False


@dataclass(frozen=True, slots=True)
class SeedOffers:
    """All versions of a seed's own, add-ons by name."""

    kubernetes: tuple[SeedKubernetesVersion, ...] = ()
    addons: Mapping[str, tuple[SeedAddonVersion, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


def read_offers(root: SeedMapping) -> SeedOffers:
    """Return what a seed says under `versions`.

    Raises:
        SeedError: With the path of a key that cannot be used.
    """
    mapping = root.child("versions")
    addons = mapping.child("addons")
    names = addons.names()
    offers = SeedOffers(
        mapping.items("kubernetes", _kubernetes),
        MappingProxyType({name: addons.items(name, _addon) for name in names}),
    )
    mapping.finish()
    return offers


def _kubernetes(mapping: SeedMapping) -> SeedKubernetesVersion:
    return SeedKubernetesVersion(
        version=_formed(mapping, "version", _KUBERNETES, "1.28"),
        released=_day(mapping, "released"),
        support=mapping.choice("support", SUPPORT, SUPPORT[0]),
        default=mapping.flag("default"),
    )


def _addon(mapping: SeedMapping) -> SeedAddonVersion:
    kubernetes, default_for = mapping.text_list("kubernetes"), mapping.text_list("defaultFor")
    if not kubernetes:
        raise SeedError(f"{mapping.path}.kubernetes: missing")
    for version in default_for:
        if version not in kubernetes:
            raise SeedError(f"{mapping.path}.defaultFor: {version} is not in kubernetes")
    return SeedAddonVersion(
        version=_formed(mapping, "version", _ADDON, "v1.0.0-eksbuild.1"),
        kubernetes=kubernetes,
        default_for=default_for,
        without_pod_identity=mapping.flag("withoutPodIdentity"),
    )


def _formed(mapping: SeedMapping, key: str, form: re.Pattern[str], example: str) -> str:
    found = mapping.text(key)
    if not form.fullmatch(found):
        raise SeedError(f"{mapping.path}.{key}: {found!r} is no version such as {example}")
    return found


def _day(mapping: SeedMapping, key: str) -> date:
    found = mapping.text(key)
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise SeedError(f"{mapping.path}.{key}: {found!r} is no day such as 2023-09-26") from error
