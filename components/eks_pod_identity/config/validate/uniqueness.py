"""Rules of what may stand in a file once: service accounts, role names, add-ons."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from eks_pod_identity.config.addon import Addon
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import (
    EXPANSION_LIST,
    LIST,
    clusters,
    clusters_of,
    role_name_in,
    sharers_of,
    written_associations,
)
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem

# EKS user guide, "Understand how EKS Pod Identity works", EKS Pod Identity limits.
MAX_ASSOCIATIONS = 5_000

_Claims: TypeAlias = Mapping[tuple[str, str], list[Path]]


def entries_of(config: ClusterConfig) -> Iterator[tuple[Path, PodIdentityAssociation]]:
    """Yield every entry of a file as it is written, with its path, standalone ones first."""
    yield from written_associations(config)
    for addon_index, addon in enumerate(config.addons or ()):
        for index, entry in enumerate(addon.pod_identity_associations or ()):
            yield ("addons", addon_index, "podIdentityAssociations", index), entry


def validate_association_count(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A cluster has only so many associations, those of add-ons included."""
    own = config.metadata.name
    for cluster in clusters(config):
        entries = list(_entries_for(config, cluster))
        count = sum(_size(entry) for _, entry in entries)
        if count > MAX_ASSOCIATIONS:
            where = "per cluster" if cluster == own else f"in cluster {quoted(cluster)}"
            expanded = any(isinstance(entry, AssociationPattern) for _, entry in entries)
            yield scope.at(*(EXPANSION_LIST if expanded else LIST)).problem(
                Fault.CLUSTER_TOO_MANY_ASSOCIATIONS,
                f"{count:,} associations, and EKS takes {MAX_ASSOCIATIONS:,} {where}",
            )


def _entries_for(
    config: ClusterConfig, cluster: str
) -> Iterator[tuple[Path, PodIdentityAssociation]]:
    own = cluster == config.metadata.name
    for path, entry in entries_of(config):
        if isinstance(entry, AssociationPattern):
            if cluster in clusters_of(entry, config):
                yield path, entry
        elif own:
            yield path, entry


def _size(entry: PodIdentityAssociation) -> int:
    return entry.size if isinstance(entry, AssociationPattern) else 1


def validate_unique_service_accounts(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A service account of a cluster has one association, standalone or of one add-on."""
    seen: set[tuple[Path, ...]] = set()
    told: set[tuple[Path, ...]] = set()
    for cluster in clusters(config):
        entries = tuple(_entries_for(config, cluster))
        paths = tuple(path for path, _ in entries)
        # Clusters of a fleet have the same entries. Too many are told already, and not looked into.
        if paths in seen or sum(_size(entry) for _, entry in entries) > MAX_ASSOCIATIONS:
            continue
        seen.add(paths)
        for claimants, accounts in _claimed_twice(_claims(entries, config)).items():
            if claimants not in told:
                told.add(claimants)
                yield _duplicate(accounts, claimants, scope)


def _claims(
    entries: Iterable[tuple[Path, PodIdentityAssociation]], config: ClusterConfig
) -> _Claims:
    claims: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path, entry in entries:
        for namespace, name in _accounts(path, entry, config):
            if namespace and name:
                claims[namespace, name].append(path)
    return claims


def _accounts(
    path: Path, entry: PodIdentityAssociation, config: ClusterConfig
) -> Iterable[tuple[str, str]]:
    if isinstance(entry, AssociationPattern):
        return ((each.namespace, each.name) for each in sharers_of(entry))
    namespace = entry.namespace or _namespace_of_addon(path, config)
    return [(namespace, entry.service_account_name)]


def _claimed_twice(claims: _Claims) -> Mapping[tuple[Path, ...], list[str]]:
    """Return the service accounts that several entries claim, by these entries."""
    claimed: dict[tuple[Path, ...], list[str]] = defaultdict(list)
    for (namespace, name), paths in claims.items():
        if paths[1:]:
            account = name if namespace.startswith(_UNKNOWN) else f"{namespace}/{name}"
            claimed[tuple(paths)].append(account)
    return claimed


_UNKNOWN = "addons["  # no namespace is called so


def _namespace_of_addon(path: Path, config: ClusterConfig) -> str:
    """Return the namespace of an add-on's entry that leaves it to EKS, or a stand-in for it."""
    if path[0] != "addons":
        return ""
    index = int(path[1])
    addon = (config.addons or ())[index]
    return addon.namespace or _namespace_of_siblings(addon) or f"{_UNKNOWN}{index}]"


def _namespace_of_siblings(addon: Addon) -> str:
    # An add-on has one namespace, so what one entry says holds for those that leave it out.
    given = (entry.namespace for entry in addon.pod_identity_associations or ())
    return next(filter(None, given), "")


def _duplicate(accounts: list[str], paths: tuple[Path, ...], scope: Scope) -> Problem:
    mixed = len({path[:2] for path in paths}) > 1
    help_ = "keep one of them"
    if mixed and any(path[0] == "addons" for path in paths):
        help_ = "keep the add-on's entry if the add-on runs as it; EKS takes one owner"
    elif any(path[0] == EXPANSION_KEY for path in paths):
        help_ = "take it out of one of them"
    first, *more = sorted(accounts)
    subject = f"{first} and {len(more)} more have" if more else f"{first} has"
    return scope.at(*paths[0]).problem(
        Fault.ASSOCIATION_DUPLICATE,
        f"{subject} {len(paths)} entries, and a service account has one association",
        others=paths[1:],
        help=[help_],
    )


def validate_unique_role_names(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A role is made once; IAM does not tell names apart by case."""
    claims: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for path, entry in entries_of(config):
        for name in _role_names(entry, config) if not entry.role_arn else ():
            claims[name.lower()].append(((*path, "roleName"), name))
    for (first, name), *others in claims.values():
        if others:
            yield scope.at(*first).problem(
                Fault.ROLE_NAME_DUPLICATE,
                f"{len(others) + 1} entries ask for a role named {quoted(name)}",
                others=[path for path, _ in others],
                help=[
                    "give each entry a roleName of its own, or none",
                    "to share one role, make it elsewhere and write its ARN as roleARN",
                ],
            )


def _role_names(entry: PodIdentityAssociation, config: ClusterConfig) -> Iterable[str]:
    if not isinstance(entry, AssociationPattern):
        return filter(None, [entry.role_name])
    names = (role_name_in(entry, cluster) for cluster in clusters_of(entry, config))
    return dict.fromkeys(filter(None, names))


def validate_unique_addons(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """An add-on is listed once."""
    claims: dict[str, list[Path]] = defaultdict(list)
    for index, addon in enumerate(config.addons or ()):
        if addon.name:
            claims[addon.name.lower()].append(("addons", index))
    for name, paths in claims.items():
        if paths[1:]:
            yield scope.at(*paths[0]).problem(
                Fault.ADDON_DUPLICATE,
                f"{quoted(name)} is listed {len(paths)} times",
                others=paths[1:],
                help=["merge the entries into one"],
            )
