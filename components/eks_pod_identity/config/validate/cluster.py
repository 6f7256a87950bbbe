"""Rules of the file as a whole, and of what it says about the cluster."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import API_VERSION, KIND, ClusterConfig
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.validate.addon import validate_addon
from eks_pod_identity.config.validate.agent import validate_agent
from eks_pod_identity.config.validate.arn import partition_of, validate_partition
from eks_pod_identity.config.validate.association import validate_standalone_association
from eks_pod_identity.config.validate.cluster_name import validate_cluster_name
from eks_pod_identity.config.validate.irsa import validate_irsa_accounts
from eks_pod_identity.config.validate.pattern import validate_pattern
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.validate.tag import validate_tags
from eks_pod_identity.config.validate.trust import (
    validate_trust_policy_quota,
    validate_trust_policy_size,
)
from eks_pod_identity.config.validate.uniqueness import (
    MAX_ASSOCIATIONS,
    entries_of,
    validate_association_count,
    validate_unique_addons,
    validate_unique_role_names,
    validate_unique_service_accounts,
)
from eks_pod_identity.config.validate.vpc_cni import validate_vpc_cni
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import is_region

KUBERNETES_VERSION_PATTERN = r"1\.[0-9]{1,2}"


def validate_cluster(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """Judge a whole file."""
    scope = replace(scope, partition=partition_of(config.metadata.region))
    yield from validate_kind(config, scope)
    yield from validate_metadata(config, scope.at("metadata"))
    yield from validate_agent(config, scope)
    yield from _validate_entries(config, scope)
    yield from validate_association_count(config, scope)
    yield from validate_unique_service_accounts(config, scope)
    yield from validate_unique_role_names(config, scope)
    yield from validate_unique_addons(config, scope)
    yield from validate_irsa_accounts(config, scope)
    yield from validate_partitions(config, scope)


def _validate_entries(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    entries = config.iam.pod_identity_associations if config.iam else None
    for index, entry in enumerate(entries or ()):
        at = scope.at("iam", "podIdentityAssociations", index)
        yield from validate_standalone_association(entry, at)
    yield from _validate_block(config, scope.at(EXPANSION_KEY))
    for index, addon in enumerate(config.addons or ()):
        yield from validate_addon(addon, scope.at("addons", index))
        yield from validate_vpc_cni(addon, config, scope.at("addons", index))


def _validate_block(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    if config.x_eks_pod_identity:
        yield from validate_trust_policy_quota(config.x_eks_pod_identity, scope)
    for index, pattern in enumerate(config.patterns):
        at = scope.at("associations", index)
        yield from validate_pattern(pattern, config, at)
        # What is too many is told by its number.
        if pattern.size <= MAX_ASSOCIATIONS:
            yield from validate_trust_policy_size(pattern, config, at)


def validate_kind(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """The file is eksctl's ClusterConfig; whoever leaves that out means it."""
    if config.api_version not in (None, API_VERSION):
        yield scope.at("apiVersion").problem(
            Fault.API_VERSION_UNKNOWN,
            f"{quoted(config.api_version or '')} is not the version of a ClusterConfig",
            help=[f"apiVersion: {API_VERSION}"],
        )
    if config.kind not in (None, KIND):
        yield scope.at("kind").problem(
            Fault.KIND_UNKNOWN,
            f"{quoted(config.kind or '')} is not a ClusterConfig",
            help=[f"kind: {KIND}"],
        )


def validate_metadata(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """Name and region say which cluster the file is about."""
    yield from validate_cluster_name_given(config, scope)
    yield from validate_region(config, scope)
    yield from validate_kubernetes_version(config, scope)
    yield from validate_tags(config.metadata.tags, scope.at("tags"))


def validate_cluster_name_given(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """The cluster has a name, and one that EKS takes."""
    name = config.metadata.name
    if not name and not scope.is_faulty("name"):
        help_ = "metadata:\n  name: NAME"
        yield scope.problem(Fault.CLUSTER_NAME_MISSING, "name is not set", help=[help_])
    if name:
        yield from validate_cluster_name(name, scope.at("name"))


def validate_region(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """The region is given, since trust policies name the cluster by its ARN."""
    region = config.metadata.region
    if not region and not scope.is_faulty("region"):
        help_ = "metadata:\n  region: eu-west-1"
        yield scope.problem(Fault.REGION_MISSING, "region is not set", help=[help_])
    if region and not is_region(region):
        message = f"{quoted(region)} is not the code of a region"
        yield scope.at("region").problem(
            Fault.REGION_MALFORMED, message, help=["region: eu-west-1"]
        )


def validate_kubernetes_version(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """A version is the minor one, as EKS counts."""
    version = config.metadata.version
    if version and not re.fullmatch(KUBERNETES_VERSION_PATTERN, version):
        message = f"{quoted(version)} is not a Kubernetes version of EKS"
        yield scope.at("version").problem(
            Fault.KUBERNETES_VERSION_MALFORMED, message, help=['version: "1.33"']
        )


def validate_partitions(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """All ARNs are of the partition of the region, if that is one."""
    region = config.metadata.region
    if not is_region(region):
        return
    for path, entry in entries_of(config):
        for arn, at in _arns(entry, scope.at(*path)):
            yield from validate_partition(arn, region, at)
    for index, addon in enumerate(config.addons or ()):
        if addon.service_account_role_arn:
            at = scope.at("addons", index, "serviceAccountRoleARN")
            yield from validate_partition(addon.service_account_role_arn, region, at)


def _arns(entry: PodIdentityAssociation, scope: Scope) -> Iterator[tuple[str, Scope]]:
    single = {
        "roleARN": entry.role_arn,
        "targetRoleARN": entry.target_role_arn,
        "permissionsBoundaryARN": entry.permissions_boundary_arn,
    }
    listed = enumerate(entry.permission_policy_arns)
    yield from chain(
        ((arn, scope.at(key)) for key, arn in single.items() if arn),
        ((arn, scope.at("permissionPolicyARNs", index)) for index, arn in listed),
        _scope_arns(entry, scope.at("wellKnownPolicyScopes")),
    )


def _scope_arns(entry: PodIdentityAssociation, scope: Scope) -> Iterator[tuple[str, Scope]]:
    if isinstance(entry, AssociationPattern):
        for policy, arguments in entry.well_known_policy_scopes.items():
            for name, arns in arguments.items():
                yield from ((arn, scope.at(policy, name, i)) for i, arn in enumerate(arns))
