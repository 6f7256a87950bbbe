"""An add-on's arguments, and what of its permissions they leave to EKS.

In: `AddonArgs`. Out: `AddonPermissions`, decided by `planning.addon_permissions`; EKS's catalogue
is asked only if that depends on it. Makes nothing.
"""

import pulumi

from eks_pod_identity.components.args import AddonArgs, DeclarationArgs
from eks_pod_identity.components.facts.addon import find_addon_facts
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.cluster import ClusterFacts, find_cluster_facts
from eks_pod_identity.errors import Place
from eks_pod_identity.planning.addon_permissions import (
    AddonPermissions,
    AddonRequest,
    needs_catalog,
    plan_addon_permissions,
)


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
        find_aws_context(component),
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
