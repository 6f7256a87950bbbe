"""An add-on of EKS's catalogue for people (text, Markdown) and for programs (JSON)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.cli.terminal.table import Row, Table
from eks_pod_identity.observed.catalog import (
    AddonOffer,
    AddonVersion,
    RecommendedPermissions,
    version_key,
)

Recommended: TypeAlias = tuple[RecommendedPermissions, ...]


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What EKS offers of one add-on for one Kubernetes version.

    Attributes:
        addon: EKS's name of the add-on.
        kubernetes_version: For example `1.33`.
        offer: Its versions and its namespace.
        recommended: What EKS recommends, by version; empty where pod identity is not supported.
    """

    addon: str
    kubernetes_version: str
    offer: AddonOffer
    recommended: Mapping[str, Recommended]

    @property
    def versions(self) -> tuple[AddonVersion, ...]:
        """The versions, newest first."""
        return tuple(sorted(self.offer.versions, key=_newest_first))

    def groups(self) -> Iterator[tuple[Recommended, tuple[str, ...]]]:
        """Yield each recommendation once, newest first, with the versions that have it."""
        groups: dict[Recommended, list[str]] = {}
        for version in self.versions:
            groups.setdefault(self.recommended[version.version], []).append(version.version)
        for recommended, versions in groups.items():
            if recommended:
                yield recommended, tuple(versions)


def _newest_first(version: AddonVersion) -> tuple[int, ...]:
    return tuple(-number for number in version_key(version.version))


def text_lines(entry: CatalogEntry, width: int | None) -> Iterator[str]:
    """Yield the versions, then what EKS recommends for whom."""
    yield _title(entry)
    yield from _version_table(entry).text_lines(width)
    for recommended, versions in entry.groups():
        yield ""
        yield from _permission_table(entry, recommended, versions).text_lines(width)


def markdown_lines(entry: CatalogEntry) -> Iterator[str]:
    """Yield the same as tables of GitHub's Markdown."""
    yield f"**{_title(entry)}**"
    yield ""
    yield from _version_table(entry).markdown_lines()
    for recommended, versions in entry.groups():
        rows = (
            Row((each.service_account, ", ".join(each.managed_policy_arns))) for each in recommended
        )
        yield ""
        yield from Table(
            (_accounts_title(entry, versions), "RECOMMENDED POLICIES"), tuple(rows)
        ).markdown_lines()


def _title(entry: CatalogEntry) -> str:
    return (
        f"{entry.addon} for Kubernetes {entry.kubernetes_version}, "
        f"installed in namespace {entry.offer.default_namespace}"
    )


def _version_table(entry: CatalogEntry) -> Table:
    return Table(
        ("VERSION", "DEFAULT", "NEEDS IAM", "POD IDENTITY"),
        tuple(
            Row(
                (
                    each.version,
                    "default" if each.default else "",
                    _yes(each.requires_iam_permissions),
                    _yes(bool(entry.recommended[each.version])),
                )
            )
            for each in entry.versions
        ),
    )


def _permission_table(
    entry: CatalogEntry, recommended: Recommended, versions: Sequence[str]
) -> Table:
    return Table(
        (f"{_accounts_title(entry, versions)} AND RECOMMENDED POLICIES",),
        tuple(
            Row((each.service_account,), tuple((arn,) for arn in each.managed_policy_arns))
            for each in recommended
        ),
    )


def _accounts_title(entry: CatalogEntry, versions: Sequence[str]) -> str:
    supporting = sum(bool(recommended) for recommended in entry.recommended.values())
    some = "" if len(versions) == supporting else f" of {', '.join(versions)}"
    return f"SERVICE ACCOUNTS{some}"


def _yes(answer: bool) -> str:  # noqa: FBT001 - it is what is rendered
    return "yes" if answer else "no"


def to_json(entry: CatalogEntry) -> dict[str, Any]:
    """Return all of it, keyed as EKS's answers are."""
    return {
        "addonName": entry.addon,
        "kubernetesVersion": entry.kubernetes_version,
        "defaultNamespace": entry.offer.default_namespace,
        "addonVersions": [
            {
                "addonVersion": each.version,
                "defaultVersion": each.default,
                "requiresIamPermissions": each.requires_iam_permissions,
                "podIdentityConfiguration": [
                    {
                        "serviceAccount": permissions.service_account,
                        "recommendedManagedPolicies": list(permissions.managed_policy_arns),
                    }
                    for permissions in entry.recommended[each.version]
                ],
            }
            for each in entry.versions
        ],
    }
