"""Rules of what may stand in a file once: service accounts, role names, add-ons."""

from collections import defaultdict
from collections.abc import Iterator

from eks_pod_identity.config.addon import Addon
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem


def entries_of(config: ClusterConfig) -> Iterator[tuple[Path, PodIdentityAssociation]]:
    """Yield every association of a file with its path, standalone ones first."""
    standalone = config.iam.pod_identity_associations if config.iam else None
    for index, entry in enumerate(standalone or ()):
        yield ("iam", "podIdentityAssociations", index), entry
    for addon_index, addon in enumerate(config.addons or ()):
        for index, entry in enumerate(addon.pod_identity_associations or ()):
            yield ("addons", addon_index, "podIdentityAssociations", index), entry


def validate_unique_service_accounts(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A service account has one association, standalone or of one add-on."""
    claims: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path, entry in entries_of(config):
        namespace = entry.namespace or _namespace_of_addon(path, config)
        if namespace and entry.service_account_name:
            claims[namespace, entry.service_account_name].append(path)
    for (namespace, name), paths in claims.items():
        if paths[1:]:
            account = name if namespace.startswith(_UNKNOWN) else f"{namespace}/{name}"
            yield _claimed_twice(account, paths, scope)


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


def _claimed_twice(account: str, paths: list[Path], scope: Scope) -> Problem:
    mixed = len({path[:2] for path in paths}) > 1
    help_ = "keep one of them"
    if mixed and any(path[0] == "addons" for path in paths):
        help_ = "keep the add-on's entry if the add-on runs as it; EKS takes one owner"
    return scope.at(*paths[0]).problem(
        Fault.ASSOCIATION_DUPLICATE,
        f"{account} has {len(paths)} entries, and a service account has one association",
        others=paths[1:],
        help=[help_],
    )


def validate_unique_role_names(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A role is made once; IAM does not tell names apart by case."""
    claims: dict[str, list[Path]] = defaultdict(list)
    for path, entry in entries_of(config):
        if entry.role_name and not entry.role_arn:
            claims[entry.role_name.lower()].append((*path, "roleName"))
    names = {path: entry.role_name for path, entry in entries_of(config)}
    for paths in (paths for paths in claims.values() if paths[1:]):
        first = paths[0]
        yield scope.at(*first).problem(
            Fault.ROLE_NAME_DUPLICATE,
            f"{len(paths)} entries ask for a role named {quoted(names[first[:-1]] or '')}",
            others=paths[1:],
            help=[
                "give each entry a roleName of its own, or none",
                "to share one role, make it elsewhere and write its ARN as roleARN",
            ],
        )


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
