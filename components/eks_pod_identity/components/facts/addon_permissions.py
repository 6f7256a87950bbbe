"""Where the permissions of an add-on come from, decided before anything is made for it.

In: what is declared of the add-on. Out: `AddonPermissions`, decided by
`planning.addon_permissions`; EKS's catalogue is asked only if that depends on it. Makes nothing.
"""

from collections.abc import Callable

import pulumi

from eks_pod_identity.components.args import AddonArgs
from eks_pod_identity.components.facts.addon import find_addon_facts
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.cluster import ClusterFacts, find_cluster_facts
from eks_pod_identity.planning.addon_permissions import (
    AddonPermissions,
    AddonRequest,
    needs_catalog,
    plan_addon_permissions,
)


def plan_permissions_of_args(
    component: pulumi.ComponentResource, name: str, args: AddonArgs
) -> AddonPermissions:
    """Decide where the permissions of an Addon come from.

    Args:
        component: Whose AWS provider to ask.
        name: The name of the Addon, for messages.
        args: The arguments of the Addon.

    Raises:
        RefusedError: The cluster or EKS's catalogue cannot be read.
    """

    def find_cluster() -> ClusterFacts:
        return _cluster_facts(component, name, args)

    return plan_permissions(component, _request(name, args), args["cluster_name"], find_cluster)


def plan_permissions(
    component: pulumi.ComponentResource,
    request: AddonRequest,
    cluster: pulumi.Input[str],
    find_cluster: Callable[[], ClusterFacts],
) -> AddonPermissions:
    """Decide where an add-on's permissions come from, asking EKS only if that depends on it.

    Args:
        component: Whose AWS provider to ask.
        request: What is declared.
        cluster: The cluster's name.
        find_cluster: Returns what the cluster is, if that matters.

    Raises:
        RefusedError: The cluster or EKS's catalogue cannot be read.
    """
    if not needs_catalog(request):
        return plan_addon_permissions(request, None)
    known = find_cluster()
    facts = find_addon_facts(
        request,
        find_aws_context(component),
        cluster,
        known.kubernetes_version,
        ipv6=known.ipv6,
    )
    return plan_addon_permissions(request, facts)


def _cluster_facts(component: pulumi.ComponentResource, name: str, args: AddonArgs) -> ClusterFacts:
    if "kubernetes_version" in args:
        ipv6 = args.get("ip_family", "ipv4").lower() == "ipv6"
        return ClusterFacts(args["kubernetes_version"], ipv6=ipv6)
    return find_cluster_facts(component, args["cluster_name"], f"{name}.cluster_name")


def _request(name: str, args: AddonArgs) -> AddonRequest:
    entries, values = args.get("pod_identity_associations"), args.get("configuration_values")
    return AddonRequest(
        name=args["addon_name"],
        address=name,
        version=args.get("addon_version"),
        namespace=args.get("namespace"),
        service_accounts=None
        if entries is None
        else tuple(entry["service_account"] for entry in entries),
        irsa=args.get("service_account_role_arn") is not None,
        use_recommended=args.get("use_default_pod_identity_associations", False),
        configuration_values=values if isinstance(values, str) else None,
    )
