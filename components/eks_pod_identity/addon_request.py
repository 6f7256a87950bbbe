"""An add-on's arguments, and what of its permissions they leave to EKS.

In: `AddonArgs`. Out: `AddonPermissions`, decided by `planning.addon_permissions`; EKS's catalogue
is asked only if that depends on it. Makes nothing.
"""

from typing import NotRequired, TypedDict

import pulumi

from eks_pod_identity.addon_facts import find_addon_facts
from eks_pod_identity.args import DeclarationArgs, RolePermissionsArgs
from eks_pod_identity.cluster_facts import ClusterFacts, find_cluster_facts
from eks_pod_identity.errors import Place
from eks_pod_identity.planning.addon_permissions import (
    AddonPermissions,
    AddonRequest,
    needs_catalog,
    plan_addon_permissions,
)
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
    facts = find_addon_facts(
        request,
        find_surroundings(component),
        args["cluster_name"],
        cluster.kubernetes_version,
        ipv6=cluster.ipv6,
    )
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
