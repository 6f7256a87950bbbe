"""From the desired state of a cluster to the arguments of what makes it real."""

from eks_pod_identity.components.args import (
    AddonArgs,
    PodIdentityAgentArgs,
    PodIdentityAssociationArgs,
)
from eks_pod_identity.components.resources.addon import AddonDefinition, OwnedAssociation
from eks_pod_identity.components.resources.role_definition import RoleDefinition, define_role
from eks_pod_identity.planning.desired import (
    DesiredAddon,
    DesiredAssociation,
    DesiredRole,
    GivenRole,
    MadeRole,
)
from eks_pod_identity.planning.ledger.attributes import Declarer


def association_args(entry: DesiredAssociation, cluster: str) -> PodIdentityAssociationArgs:
    """Return the arguments of an association but its role's.

    Args:
        entry: The association.
        cluster: The cluster's name.
    """
    args: PodIdentityAssociationArgs = {
        "cluster_name": cluster,
        "namespace": entry.service_account.namespace,
        "service_account": entry.service_account.name,
        "disable_session_tags": entry.disable_session_tags,
        "create_service_account": entry.creates_service_account,
    }
    # `""` and `{}` are passed on: they say that what there is may go.
    if "targetRoleARN" not in entry.omitted:
        args["target_role_arn"] = entry.target_role_arn or ""
    if "policy" not in entry.omitted:
        args["policy"] = entry.policy or ""
    if "tags" not in entry.omitted:
        args["tags"] = {**entry.tags}
    return args


def agent_args(addon: DesiredAddon, cluster: str) -> PodIdentityAgentArgs:
    """Return the arguments of the PodIdentityAgent, its version resolved if one is wished for."""
    args: PodIdentityAgentArgs = {"cluster_name": cluster}
    _set_software(args, addon)
    return args


def addon_definition(
    name: str, addon: DesiredAddon, cluster: str, declarer: Declarer | None = None
) -> AddonDefinition:
    """Return what an add-on is made of.

    Args:
        name: What the names of its roles in Pulumi begin with.
        addon: The add-on.
        cluster: The cluster's name.
        declarer: The entry of the file, for messages.
    """
    args: AddonArgs = {"cluster_name": cluster, "addon_name": addon.name}
    _set_software(args, addon)
    if addon.service_account_role_arn:
        args["service_account_role_arn"] = addon.service_account_role_arn
    if addon.namespace:
        args["namespace"] = addon.namespace
    owned = addon.associations
    return AddonDefinition(
        args=args,
        namespace=addon.permissions.namespace,
        associations=None
        if owned is None
        else tuple(_owned(name, each, cluster) for each in owned),
        declarer=declarer,
        warnings=addon.permissions.later_warnings,
    )


def _set_software(args: PodIdentityAgentArgs | AddonArgs, addon: DesiredAddon) -> None:
    if "tags" not in addon.omitted:
        args["tags"] = {**addon.tags}
    if addon.version:
        args["addon_version"] = addon.version
    if addon.configuration_values:
        args["configuration_values"] = addon.configuration_values
    if addon.resolve_conflicts:
        args["resolve_conflicts"] = addon.resolve_conflicts


def _owned(name: str, entry: DesiredAssociation, cluster: str) -> OwnedAssociation:
    account, role = entry.service_account.name, entry.role
    resource = f"{name}-{account}"
    if isinstance(role, MadeRole) and role.is_named:
        resource = f"{name}/{role.name}"
    return OwnedAssociation(account, role_of(role, cluster), resource)


def role_of(role: DesiredRole, cluster: str) -> RoleDefinition | str:
    """Return what a role is made of, or the ARN of one that is given."""
    return role.arn if isinstance(role, GivenRole) else define_role(role, cluster)
