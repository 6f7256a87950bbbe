"""From a ClusterConfig to the arguments of the components that make it real."""

from typing import Any, cast

from eks_pod_identity import config as desired
from eks_pod_identity.components.args import (
    AddonArgs,
    AddonPodIdentityAssociationArgs,
    DeclarationArgs,
    PodIdentityAgentArgs,
    PodIdentityAssociationArgs,
    PodIdentityRoleArgs,
    RolePermissionsArgs,
)
from eks_pod_identity.components.facts.cluster import ClusterFacts
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.config import Presence
from eks_pod_identity.iam.trust import TrustScope
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import AwsContext
from eks_pod_identity.observed.catalog import AddonVersion


def association_args(
    config: desired.ClusterConfig,
    declared: desired.DeclaredAssociation,
    context: AwsContext,
    shared: RoleResources | None = None,
) -> PodIdentityAssociationArgs:
    """Return the arguments of a PodIdentityAssociation.

    Args:
        config: The file, read for the cluster.
        declared: The association.
        context: Where it will live.
        shared: The role that it shares with others of its entry.
    """
    entry = declared.entry
    role = _standalone_role_args(config, declared, context)
    args: dict[str, Any] = {
        **({"role_arn": shared.arn} if shared else role),
        "cluster_name": config.metadata.name,
        "namespace": entry.namespace,
        "service_account": entry.service_account_name,
        "disable_session_tags": bool(entry.disable_session_tags),
        "create_service_account": entry.create_service_account,
        "tags": {**config.metadata.tags, **entry.tags},
    }
    if entry.target_role_arn:
        args["target_role_arn"] = entry.target_role_arn
    if entry.policy:
        args["policy"] = entry.policy
    return cast("PodIdentityAssociationArgs", args)


def shared_role_args(
    config: desired.ClusterConfig,
    declared: desired.DeclaredAssociation,
    context: AwsContext,
) -> PodIdentityRoleArgs:
    """Return the arguments of the role that an association shares with others of its entry."""
    args = {
        **_standalone_role_args(config, declared, context),
        "cluster_name": config.metadata.name,
        "service_accounts": [
            {"namespace": ref.namespace, "name": ref.name} for ref in declared.sharers
        ],
        "session_tags": not declared.entry.disable_session_tags,
        "tags": {**config.metadata.tags, **declared.entry.tags},
    }
    return cast("PodIdentityRoleArgs", args)


def _standalone_role_args(
    config: desired.ClusterConfig,
    declared: desired.DeclaredAssociation,
    context: AwsContext,
) -> dict[str, Any]:
    args = _role_args(declared.entry)
    if declared.trust_scope is not TrustScope.SERVICE_ACCOUNT:
        args["trust_scope"] = declared.trust_scope
    if declared.scopes:
        here = PolicyContext.of(context, config.metadata.name)
        args["well_known_policy_scopes"] = {
            key: {name: list(arns) for name, arns in here.fill_scope(scope).items()}
            for key, scope in declared.scopes.items()
        }
    return args


def agent_args(
    config: desired.ClusterConfig, addon: desired.Addon, version: AddonVersion | None
) -> PodIdentityAgentArgs:
    """Return the arguments of the PodIdentityAgent, its version resolved if one is wished for."""
    args = {"cluster_name": config.metadata.name, **_software_args(config, addon)}
    if addon.version and version:
        args["addon_version"] = version.version
    return cast("PodIdentityAgentArgs", args)


def addon_args(
    config: desired.ClusterConfig,
    addon: desired.Addon,
    facts: ClusterFacts,
    declared_at: DeclarationArgs,
) -> AddonArgs:
    """Return the arguments of an Addon; a list that is omitted or null has no key."""
    args: dict[str, Any] = {
        "cluster_name": config.metadata.name,
        "addon_name": addon.name,
        "use_default_pod_identity_associations": addon.use_default_pod_identity_associations,
        "auto_apply_pod_identity_associations": config.auto_apply_associations,
        "kubernetes_version": facts.kubernetes_version,
        "ip_family": "ipv6" if facts.ipv6 else "ipv4",
        "declared_at": declared_at,
        **_software_args(config, addon),
    }
    if addon.associations_presence is Presence.GIVEN:
        entries = addon.pod_identity_associations or ()
        args["pod_identity_associations"] = [_addon_entry_args(entry) for entry in entries]
    if addon.service_account_role_arn:
        args["service_account_role_arn"] = addon.service_account_role_arn
    if addon.namespace:
        args["namespace"] = addon.namespace
    return cast("AddonArgs", args)


def _addon_entry_args(entry: desired.PodIdentityAssociation) -> AddonPodIdentityAssociationArgs:
    args = {**_role_args(entry), "service_account": entry.service_account_name}
    return cast("AddonPodIdentityAssociationArgs", args)


def _role_args(entry: desired.PodIdentityAssociation) -> dict[str, Any]:
    if entry.role_arn:
        return {"role_arn": entry.role_arn}
    permissions: RolePermissionsArgs = {
        "permission_policy_arns": list(entry.permission_policy_arns),
        "well_known_policies": list(entry.well_known_policy_names),
    }
    if entry.permission_policy is not None:
        permissions["permission_policy"] = entry.permission_policy
    if entry.permission_policy_name:
        permissions["permission_policy_name"] = entry.permission_policy_name
    if entry.role_name:
        permissions["role_name"] = entry.role_name
    if entry.permissions_boundary_arn:
        permissions["permissions_boundary_arn"] = entry.permissions_boundary_arn
    return dict(permissions)


def _software_args(config: desired.ClusterConfig, addon: desired.Addon) -> dict[str, Any]:
    args: dict[str, Any] = {"tags": {**config.metadata.tags, **addon.tags}}
    if addon.version:
        args["addon_version"] = addon.version
    if addon.configuration_values:
        args["configuration_values"] = addon.configuration_values
    if addon.resolve_conflicts:
        args["resolve_conflicts"] = addon.resolve_conflicts.value
    return args
