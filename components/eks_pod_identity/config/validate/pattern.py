"""Rules of an entry of `x-eks-pod-identity.associations`: what it stands for, and its role."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import clusters_of, names_each_cluster
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import AssociationPattern
from eks_pod_identity.config.section import eksctl_key
from eks_pod_identity.config.validate.arn import validate_role_arn
from eks_pod_identity.config.validate.association import (
    validate_namespace,
    validate_permission_source,
    validate_role_settings,
    validate_service_account_name,
    validate_session_tags,
    validate_settings_of_given,
)
from eks_pod_identity.config.validate.cluster_name import validate_cluster_name
from eks_pod_identity.config.validate.permission import validate_permissions
from eks_pod_identity.config.validate.policy import validate_session_document
from eks_pod_identity.config.validate.role_settings import validate_settings
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.validate.tag import validate_tags
from eks_pod_identity.config.validate.target_role import validate_target_role
from eks_pod_identity.config.validate.well_known_scope import validate_well_known_scopes
from eks_pod_identity.config.words import enumerated, quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import is_of_one_cluster

_Judge: TypeAlias = Callable[[str, Scope], Iterator[Problem]]
_LISTS: Mapping[str, _Judge] = {
    "namespaces": validate_namespace,
    "service_account_names": validate_service_account_name,
    "clusters": validate_cluster_name,
}
_PAIRS = (
    ("namespace", "namespaces", Fault.ASSOCIATION_NAMESPACE_MISSING),
    (
        "service_account_name",
        "service_account_names",
        Fault.ASSOCIATION_SERVICE_ACCOUNT_MISSING,
    ),
)
_ROLE_SETTINGS = ("role", "trust_scope", "well_known_policy_scopes")


def validate_pattern(
    entry: AssociationPattern, config: ClusterConfig, scope: Scope
) -> Iterator[Problem]:
    """Judge an entry that stands for several associations."""
    yield from validate_members(entry, scope)
    yield from validate_permission_source(entry, scope)
    yield from validate_role_settings(entry, scope)
    yield from validate_expanded_role_settings(entry, scope)
    yield from validate_settings(entry, scope)
    yield from validate_role_arn(entry.role_arn, scope.at("roleARN"))
    yield from validate_role_arn(entry.target_role_arn, scope.at("targetRoleARN"))
    yield from validate_target_role(entry, scope)
    yield from validate_permissions(entry, scope, entry.scopes)
    yield from validate_well_known_scopes(entry, scope)
    yield from validate_role_count(entry, config, scope)
    yield from validate_tags(entry.tags, scope.at("tags"))
    yield from validate_session_document(entry.policy, scope.at("policy"))
    yield from validate_session_tags(entry, scope)


def validate_members(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    """An entry names at least one namespace and one service account, each once."""
    yield from _validate_singular_and_plural(entry, scope)
    yield from _validate_given(entry, scope)
    for field, judge in _LISTS.items():
        at = scope.at(eksctl_key(field))
        if field in entry.model_fields_set and not getattr(entry, field):
            yield _empty(field, at)
        yield from _validate_listed(getattr(entry, field), judge, at)
    yield from validate_namespace(entry.namespace, scope.at("namespace"))
    name = entry.service_account_name
    yield from validate_service_account_name(name, scope.at("serviceAccountName"))


def _validate_singular_and_plural(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    for one, several, _ in _PAIRS:
        if getattr(entry, one) and getattr(entry, several):
            keys = [eksctl_key(one), eksctl_key(several)]
            yield scope.problem(
                Fault.EXPANSION_SINGULAR_AND_PLURAL,
                f"both {enumerated(keys)} are set",
                keys=keys,
                help=[f"add {quoted(getattr(entry, one))} to {keys[1]}, and delete {keys[0]}"],
            )


def _validate_given(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    for one, several, fault in _PAIRS:
        keys = eksctl_key(one), eksctl_key(several)
        # A plural that is there and empty is told as such.
        given = getattr(entry, one) or several in entry.model_fields_set
        if not given and not scope.is_faulty(*keys):
            message = f"neither {keys[0]} nor {keys[1]} is set"
            yield scope.problem(fault, message, help=[f"add {keys[1]}: [NAME]"])


def _empty(field: str, scope: Scope) -> Problem:
    message = f"{eksctl_key(field)} is empty, so the entry stands for nothing"
    help_ = ["name at least one", "delete the entry"]
    if field == "clusters":
        help_[0] = "delete the key, and the entry is for the file's own cluster"
    return scope.problem(Fault.EXPANSION_LIST_EMPTY, message, help=help_)


def _validate_listed(values: tuple[str, ...], judge: _Judge, scope: Scope) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if value:
            yield from judge(value, scope.at(index))
        else:
            message = "empty text names nothing"
            yield scope.at(index).problem(Fault.EXPANSION_LIST_EMPTY, message)
        if value in seen:
            yield scope.at(index).problem(
                Fault.EXPANSION_VALUE_TWICE,
                f"{quoted(value)} is listed twice",
                others=[(*scope.path, seen[value])],
                help=["delete one of the two"],
            )
        seen.setdefault(value, index)


def validate_expanded_role_settings(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    """What describes a role that is made has no place beside one that there is."""
    given = [eksctl_key(field) for field in _ROLE_SETTINGS if getattr(entry, field)]
    if entry.role_arn:
        yield from validate_settings_of_given(given, scope)


def validate_role_count(
    entry: AssociationPattern, config: ClusterConfig, scope: Scope
) -> Iterator[Problem]:
    """A role has a name of its own, and a shared one has no other to be called by."""
    if entry.role_arn or scope.is_faulty("role", "roleName"):
        return
    if entry.is_shared and not entry.role_name:
        word = entry.role.value if entry.role else ""
        yield scope.problem(
            Fault.ROLE_SHARED_WITHOUT_NAME,
            f"role: {word} needs roleName: no one association gives the role its name",
            keys=["role"],
            help=["add roleName: NAME", f"for a role for each association, delete role: {word}"],
        )
    if not entry.role_name:
        return
    yield from chain(_several_roles(entry, scope), _several_clusters(entry, config, scope))


def _several_roles(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    if not entry.is_shared and entry.size > 1:
        yield scope.at("roleName").problem(
            Fault.ROLE_NAME_FOR_SEVERAL,
            f"{quoted(entry.role_name or '')} would be the name of {entry.size:,} roles",
            help=["for one role for all, add role: shared", "for made names, delete roleName"],
        )


def _several_clusters(
    entry: AssociationPattern, config: ClusterConfig, scope: Scope
) -> Iterator[Problem]:
    clusters = clusters_of(entry, config)
    name = entry.role_name or ""
    if entry.is_across_clusters:
        yield from _one_role(entry, clusters, scope)
    elif clusters[1:] and not names_each_cluster(name):
        yield scope.at("roleName").problem(
            Fault.ROLE_NAME_FOR_SEVERAL,
            f"{quoted(name)} would be made for {len(clusters)} clusters,"
            f" and IAM has the name once in an account",
            help=[
                f'roleName: "{{cluster}}-{name}"',
                "for one role for all of them, add role: across-clusters",
            ],
        )


def _one_role(
    entry: AssociationPattern, clusters: Sequence[str], scope: Scope
) -> Iterator[Problem]:
    """Yield why a role cannot be the same in all clusters."""
    name = entry.role_name or ""
    if names_each_cluster(name):
        yield scope.at("roleName").problem(
            Fault.ROLE_NAME_FOR_SEVERAL,
            f"{quoted(name)} names a role of each cluster, and role: across-clusters makes one",
            help=["delete {cluster} from roleName", "for a role in each cluster, role: shared"],
        )
    for key in entry.well_known_policy_names:
        if is_of_one_cluster(key, entry.scopes.get(key, {})):
            yield scope.at("wellKnownPolicies", key).problem(
                Fault.WELL_KNOWN_POLICY_OF_ONE_CLUSTER,
                f"{key} allows what is of one cluster, and the role is for {len(clusters)}",
                help=["for a role in each cluster, role: shared, and {cluster} in roleName"],
            )
