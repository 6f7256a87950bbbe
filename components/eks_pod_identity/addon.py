"""Component: an EKS add-on together with the pod identity associations that it owns."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NotRequired, TypedDict, cast

import pulumi
import pulumi_aws as aws

from eks_pod_identity.addon_facts import find_addon_facts
from eks_pod_identity.args import (
    DeclarationArgs,
    RolePermissionsArgs,
    ServiceAccountArgs,
    role_permissions,
)
from eks_pod_identity.cluster_facts import ClusterFacts, find_cluster_facts
from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.guard import Inputs, omission_guard
from eks_pod_identity.names import ServiceAccountRef, role_name
from eks_pod_identity.occupancy import Occupancy
from eks_pod_identity.outputs import output_of
from eks_pod_identity.ownership import addon_tags
from eks_pod_identity.planning.addon_permissions import (
    AddonPermissions,
    AddonRequest,
    PermissionSource,
    needs_catalog,
    plan_addon_permissions,
)
from eks_pod_identity.refusal import refuse
from eks_pod_identity.requirements import addon_problems
from eks_pod_identity.role_resources import PodIdentityRoleArgs, RoleResources
from eks_pod_identity.surroundings import find_surroundings


class AddonPodIdentityAssociationArgs(RolePermissionsArgs):
    """An association that the add-on owns: either `role_arn` or permissions for a new role."""

    service_account: str
    """The name of the add-on's service account, as EKS's catalogue lists it."""
    role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role you have; excludes permissions."""


class AddonArgs(TypedDict):
    """Arguments of Addon."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster."""
    addon_name: str
    """EKS's name of the add-on, for example `vpc-cni`."""
    addon_version: NotRequired[str]
    """A full or partial version or `latest`; by default EKS's default for the cluster."""
    pod_identity_associations: NotRequired[list[AddonPodIdentityAssociationArgs]]
    """All associations of the add-on; an empty list removes them, leaving it out never does."""
    use_default_pod_identity_associations: NotRequired[bool]
    """Whether to make the associations that EKS recommends for this add-on."""
    auto_apply_pod_identity_associations: NotRequired[bool]
    """As the former, but without complaint if EKS recommends none."""
    service_account_role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of an IRSA role; excludes a list of associations that is not empty."""
    configuration_values: NotRequired[pulumi.Input[str]]
    """The add-on's configuration as JSON or YAML text."""
    namespace: NotRequired[str]
    """The namespace to install it in, if not EKS's default; fixed once installed."""
    preserve: NotRequired[bool]
    """Whether software, associations and roles stay when the add-on is deleted."""
    resolve_conflicts: NotRequired[str]
    """`NONE`, `OVERWRITE` or `PRESERVE` (updates only), for fields that others have changed."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the add-on and of the roles made for it."""
    kubernetes_version: NotRequired[str]
    """The cluster's Kubernetes version; looked up if left out."""
    ip_family: NotRequired[str]
    """The cluster's IP family, `ipv4` or `ipv6`; looked up if left out."""
    declared_at: NotRequired[DeclarationArgs]
    """Where this add-on was declared, for messages."""


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
        refuse(permissions.problems)
        self._roles: list[pulumi.Input[pulumi.Resource]] = []
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
        account: ServiceAccountArgs = {"namespace": namespace, "name": entry["service_account"]}
        role = {
            **role_permissions(entry),
            "cluster_name": args["cluster_name"],
            "service_accounts": [account],
            "tags": args.get("tags", {}),
        }
        return RoleResources(
            self,
            name,
            cast("PodIdentityRoleArgs", role),
            # What `preserve` leaves running keeps its permissions.
            retain_on_delete=args.get("preserve", False),
        )

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
        occupancy = Occupancy(self, opts.parent if opts else None).of_addon(permissions.namespace)
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


def plan_permissions(
    component: pulumi.ComponentResource, name: str, args: AddonArgs
) -> AddonPermissions:
    """Decide where an add-on's permissions come from, asking EKS only if that depends on it.

    Args:
        component: Whose AWS provider to ask.
        name: The name of the Addon, for messages.
        args: The arguments of the Addon.

    Raises:
        RefusedError: The cluster or EKS's catalogue cannot be read.
    """
    request = _request(name, args)
    if not needs_catalog(request):
        return plan_addon_permissions(request, None)
    cluster = _cluster_facts(component, name, args)
    region = find_surroundings(component).region
    facts = find_addon_facts(request, region, cluster.kubernetes_version, ipv6=cluster.ipv6)
    return plan_addon_permissions(request, facts)


def _cluster_facts(component: pulumi.ComponentResource, name: str, args: AddonArgs) -> ClusterFacts:
    if "kubernetes_version" in args:
        ipv6 = args.get("ip_family", "ipv4").lower() == "ipv6"
        return ClusterFacts(args["kubernetes_version"], ipv6=ipv6)
    return find_cluster_facts(component, args["cluster_name"], f"{name}.cluster_name")


def _request(name: str, args: AddonArgs) -> AddonRequest:
    entries = args.get("pod_identity_associations")
    unknown: DeclarationArgs = {"address": name}
    declared = args.get("declared_at", unknown)
    return AddonRequest(
        name=args["addon_name"],
        address=declared["address"],
        place=_place(declared),
        version=args.get("addon_version"),
        namespace=args.get("namespace"),
        service_accounts=None
        if entries is None
        else tuple(entry["service_account"] for entry in entries),
        irsa=args.get("service_account_role_arn") is not None,
        use_recommended=args.get("use_default_pod_identity_associations", False),
        auto_apply=args.get("auto_apply_pod_identity_associations", False),
    )


def _place(declared: DeclarationArgs) -> Place | None:
    if "file" not in declared:
        return None
    return Place(declared["file"], declared.get("line", 1), declared.get("column", 1))


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
