"""Component: an EKS add-on together with the pod identity associations that it owns."""

from collections.abc import Sequence
from typing import cast

import pulumi

from eks_pod_identity.components.args import (
    AddonArgs,
    AddonPodIdentityAssociationArgs,
    PodIdentityRoleArgs,
    ServiceAccountArgs,
    role_permissions,
)
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.facts.addon_permissions import plan_permissions_of_args
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.arguments import addon_problems
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.foreseen import foreseen_of_addon, refuse_foreseen
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.addon import (
    ADDON_TYPE,
    AddonDefinition,
    AddonResources,
    OwnedAssociation,
    claim_addon,
)
from eks_pod_identity.components.resources.retained import retaining
from eks_pod_identity.components.resources.role_definition import define_role_of_args
from eks_pod_identity.names import AwsContext, ServiceAccountRef, former_role_name, role_name
from eks_pod_identity.planning.addon_permissions import AddonPermissions, PermissionSource

__all__ = ["Addon", "AddonArgs", "AddonPodIdentityAssociationArgs"]


class Addon(CheckedComponent):
    """An EKS add-on with its permissions, never restarted without need.

    Makes one `aws.eks.Addon` and one role with its policies per association that brings none. Where
    permissions come from is decided in `planning.addon_permissions`. Omitting
    `pod_identity_associations` while the add-on owns some stops the run at preview
    (https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html).

    Raises:
        RefusedError: The arguments are wrong, or EKS would refuse them; nothing was made.
    """

    addon_arn: pulumi.Output[str]
    """The ARN of the add-on."""
    addon_version: pulumi.Output[str]
    """The version that is installed."""
    role_arns: pulumi.Output[dict[str, str]]
    """The ARN of the role of each associated service account, by the account's name."""

    def __init__(
        self,
        name: str,
        args: AddonArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse(addon_problems(name, args))
        kept = retaining(opts, args)
        super().__init__(ADDON_TYPE, name, None, kept)
        permissions = plan_permissions_of_args(self, name, args)
        definition = _definition(name, args, permissions, find_aws_context(self))
        refuse((*permissions.first_problems, *claim_addon(Claims(self), name, definition)))
        refuse_foreseen(foreseen_of_addon(self, name, args, permissions, opts))
        made = AddonResources(
            self,
            name,
            definition,
            options=opts or pulumi.ResourceOptions(),
        )
        self.addon_arn = made.addon.arn
        self.addon_version = made.addon.addon_version
        self.role_arns = made.role_arns
        self.register_outputs(made.outputs)


def _definition(
    name: str, args: AddonArgs, permissions: AddonPermissions, context: AwsContext
) -> AddonDefinition:
    settled = args.copy()
    if "addon_version" in args and permissions.version:
        settled["addon_version"] = permissions.version.version
    entries = _entries(args, permissions)
    return AddonDefinition(
        args=settled,
        namespace=permissions.namespace,
        associations=None
        if entries is None
        else [_owned(name, args, each, permissions.namespace, context) for each in entries],
        warnings=permissions.later_warnings,
    )


def _entries(
    args: AddonArgs, permissions: AddonPermissions
) -> Sequence[AddonPodIdentityAssociationArgs] | None:
    if permissions.source is not PermissionSource.RECOMMENDED:
        return args.get("pod_identity_associations")
    return [
        {
            "service_account": entry.service_account,
            "permission_policy_arns": list(entry.managed_policy_arns),
            "well_known_policies": list(entry.well_known_policies),
        }
        for entry in permissions.recommended
    ]


def _owned(
    name: str,
    args: AddonArgs,
    entry: AddonPodIdentityAssociationArgs,
    namespace: str,
    context: AwsContext,
) -> OwnedAssociation:
    account, resource = (
        entry["service_account"],
        _role_resource(name, args, entry, namespace, context),
    )
    if "role_arn" in entry:
        return OwnedAssociation(account, entry["role_arn"], resource)
    role = define_role_of_args(resource, _role_args(args, entry, namespace), context)
    return OwnedAssociation(account, role, resource)


def _role_args(
    args: AddonArgs, entry: AddonPodIdentityAssociationArgs, namespace: str
) -> PodIdentityRoleArgs:
    account: ServiceAccountArgs = {"namespace": namespace, "name": entry["service_account"]}
    role = {
        **role_permissions(entry),
        "cluster_name": args["cluster_name"],
        "service_accounts": [account],
        "tags": args.get("tags", {}),
    }
    return cast("PodIdentityRoleArgs", role)


def _role_resource(
    name: str,
    args: AddonArgs,
    entry: AddonPodIdentityAssociationArgs,
    namespace: str,
    context: AwsContext,
) -> str:
    """Return the name in Pulumi of the role of an entry.

    A role whose name was chosen keeps it when a version of the add-on renames its service account,
    so it is changed in place: one made anew would meet its own name in IAM.
    """
    account, cluster, chosen = (
        entry["service_account"],
        args["cluster_name"],
        entry.get("role_name"),
    )
    if not isinstance(chosen, str) or chosen in _own_names(context, cluster, namespace, account):
        return f"{name}-{account}"
    return f"{name}/{chosen}"


def _own_names(
    context: AwsContext, cluster: pulumi.Input[str], namespace: str, account: str
) -> frozenset[str]:
    """Return the names that are generated for a service account, by this version or others."""
    if not isinstance(cluster, str):
        return frozenset()
    ref = ServiceAccountRef(namespace, account)
    return frozenset({role_name(context, cluster, ref), former_role_name(cluster, ref)})
