"""Component: an EKS add-on together with the pod identity associations that it owns."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import cast

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import (
    AddonArgs,
    AddonPodIdentityAssociationArgs,
    PodIdentityRoleArgs,
    ServiceAccountArgs,
    role_permissions,
)
from eks_pod_identity.components.facts.addon_permissions import plan_permissions
from eks_pod_identity.components.guards.arguments import addon_problems
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.hooks import Inputs, omission_guard
from eks_pod_identity.components.guards.occupancy import Hooks, Occupancy
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.outputs import output_of
from eks_pod_identity.components.resources.role import RoleResources, made_role_name
from eks_pod_identity.components.resources.tags import addon_tags
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef, role_name
from eks_pod_identity.planning.addon_permissions import AddonPermissions, PermissionSource

__all__ = ["Addon", "AddonArgs", "AddonPodIdentityAssociationArgs"]


class Addon(pulumi.ComponentResource):
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
        super().__init__("eks-pod-identity:index:Addon", name, None, opts)
        permissions = plan_permissions(self, name, args)
        refuse((*permissions.problems, *self._claim(name, args, permissions)))
        self._roles: list[pulumi.Input[pulumi.Resource]] = []
        self._occupancy = Occupancy(self, opts.parent if opts else None)
        roles = dict(self._find_roles(name, args, permissions))
        addon = self._install(name, args, permissions, roles, opts)
        self.addon_arn = addon.arn
        self.addon_version = addon.addon_version
        self.role_arns = output_of(roles)
        self.register_outputs(
            {
                "addonArn": self.addon_arn,
                "addonVersion": self.addon_version,
                "roleArns": self.role_arns,
            }
        )

    def _claim(
        self, name: str, args: AddonArgs, permissions: AddonPermissions
    ) -> Iterator[Problem]:
        claims, cluster = Claims(self), args["cluster_name"]
        yield from claims.addon(name, cluster, args["addon_name"])
        for entry in _entries(args, permissions):
            account = entry["service_account"]
            yield from claims.association(name, cluster, permissions.namespace, account)
            if "role_arn" not in entry:
                role = _role_args(args, entry, permissions.namespace)
                yield from claims.role(f"{name}-{account}", made_role_name(role))

    def _find_roles(
        self, name: str, args: AddonArgs, permissions: AddonPermissions
    ) -> Iterator[tuple[str, pulumi.Input[str]]]:
        for entry in _entries(args, permissions):
            account = entry["service_account"]
            if "role_arn" in entry:
                yield account, entry["role_arn"]
            else:
                resource = _role_resource(name, args, entry, permissions.namespace)
                role = self._make_role(resource, args, entry, permissions.namespace)
                self._roles += role.depends_on
                yield account, role.arn

    def _make_role(
        self, name: str, args: AddonArgs, entry: AddonPodIdentityAssociationArgs, namespace: str
    ) -> RoleResources:
        return RoleResources(
            self,
            name,
            _role_args(args, entry, namespace),
            occupancy=self._role_hooks,
            # What `preserve` leaves running keeps its permissions.
            retain_on_delete=args.get("preserve", False),
        )

    @cached_property
    def _role_hooks(self) -> Hooks:
        return self._occupancy.of_roles()

    def _install(
        self,
        name: str,
        args: AddonArgs,
        permissions: AddonPermissions,
        roles: dict[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None,
    ) -> aws.eks.Addon:
        conflicts = args.get("resolve_conflicts")
        hooks = _guard(name, args)
        occupancy = self._occupancy.of_addon(permissions.namespace)
        hooks.before_create = occupancy
        hooks.before_update = [*(hooks.before_update or ()), *occupancy]
        namespace = args.get("namespace")
        wanted = permissions.version.version if permissions.version else None
        return aws.eks.Addon(
            name,
            addon_name=args["addon_name"],
            cluster_name=args["cluster_name"],
            addon_version=wanted if "addon_version" in args else None,
            configuration_values=args.get("configuration_values"),
            namespace_config={"namespace": namespace} if namespace else None,
            pod_identity_associations=_associations(permissions.source, roles),
            preserve=args.get("preserve"),
            resolve_conflicts_on_create=None if conflicts == "PRESERVE" else conflicts,
            resolve_conflicts_on_update=conflicts,
            service_account_role_arn=args.get("service_account_role_arn"),
            tags=addon_tags(args["cluster_name"], args.get("tags")),
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions(parent=self, depends_on=opts.depends_on if opts else None),
                pulumi.ResourceOptions(depends_on=self._roles, hooks=hooks),
            ),
        )


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
    name: str, args: AddonArgs, entry: AddonPodIdentityAssociationArgs, namespace: str
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
    own = isinstance(cluster, str) and role_name(cluster, ServiceAccountRef(namespace, account))
    return f"{name}/{chosen}" if isinstance(chosen, str) and chosen != own else f"{name}-{account}"


def _entries(
    args: AddonArgs, permissions: AddonPermissions
) -> Iterable[AddonPodIdentityAssociationArgs]:
    if permissions.source is not PermissionSource.RECOMMENDED:
        return args.get("pod_identity_associations") or ()
    return tuple(
        {
            "service_account": entry.service_account,
            "permission_policy_arns": list(entry.managed_policy_arns),
            "well_known_policies": list(entry.well_known_policies),
        }
        for entry in permissions.recommended
    )


def _associations(
    source: PermissionSource, roles: dict[str, pulumi.Input[str]]
) -> list[aws.eks.AddonPodIdentityAssociationArgs] | None:
    # Absent leaves to EKS what is there, `[]` clears it: the guard sees to it that absent is
    # never a loss.
    if not roles and source is not PermissionSource.CLEARED:
        return None
    return [
        aws.eks.AddonPodIdentityAssociationArgs(service_account=account, role_arn=roles[account])
        for account in sorted(roles)
    ]


def _guard(name: str, args: AddonArgs) -> pulumi.ResourceHookBinding:
    def find_problems(before: Inputs, now: Inputs) -> Iterator[Problem]:
        lost = before.get("podIdentityAssociations")
        if lost and now.get("podIdentityAssociations") is None:
            yield _associations_omitted(name, args, lost)
        if before.get("serviceAccountRoleArn") and not now.get("serviceAccountRoleArn"):
            yield _irsa_role_removed(name, before)

    return omission_guard(name, find_problems)


def _associations_omitted(name: str, args: AddonArgs, lost: Iterable[Mapping[str, str]]) -> Problem:
    observed = tuple(f"{entry['serviceAccount']} -> {entry['roleArn']}" for entry in lost)
    return Problem(
        "addon-associations-omitted",
        f"{name}.pod_identity_associations",
        f'omitted, but add-on "{args["addon_name"]}" owns {len(observed)} of them',
        observed=observed,
        help=(
            "to keep what is there, put the list back",
            "to remove it, pass pod_identity_associations=[]",
        ),
    )


def _irsa_role_removed(name: str, before: Inputs) -> Problem:
    addon = f"--cluster-name {before['clusterName']} --addon-name {before['addonName']}"
    # It would send an empty ARN, which EKS refuses while the run is half done
    # (https://github.com/hashicorp/terraform-provider-aws/issues/30645); UpdateAddon without a
    # role takes the role away.
    return Problem(
        "addon-irsa-role-removed",
        f"{name}.service_account_role_arn",
        f'removed, but the AWS provider cannot take it away from "{before["addonName"]}"',
        observed=(before["serviceAccountRoleArn"],),
        help=(f"aws eks update-addon {addon}\npulumi refresh",),
    )
