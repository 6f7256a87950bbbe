"""What an existing cluster is, asked of EKS before anything is made for it."""

from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from eks_pod_identity.aws.provider_errors import provider_problem
from eks_pod_identity.components.refusal import RefusedError
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.addon_fault import AddonFault
from eks_pod_identity.planning.argument_fault import ArgumentFault

_VERSION_HELP = 'metadata:\n  version: "1.33"'


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What decides about add-ons: the Kubernetes version, pods' addresses, and Auto Mode."""

    kubernetes_version: str
    ipv6: bool = False
    auto_mode: bool = False


def find_cluster_facts(
    component: pulumi.ComponentResource,
    cluster: pulumi.Input[str],
    address: str,
    expected: ClusterFacts | None = None,
) -> ClusterFacts:
    """Return the facts of a cluster that exists, or that the same program makes first.

    Args:
        component: Whose AWS provider to ask.
        cluster: The cluster's name.
        address: Where the name was declared, in the user's spelling.
        expected: What the cluster will be, if the program makes it before the component; its
            version is empty if that is not declared.

    Raises:
        RefusedError: There is no such cluster, it cannot be read, or its name is not known yet.
    """
    if not isinstance(cluster, str):
        raise RefusedError([_unknown(address)])
    try:
        found = aws.eks.get_cluster(name=cluster, opts=pulumi.InvokeOptions(parent=component))
    except Exception as error:
        if expected and _is_missing(str(error)):
            return _declared(expected, address)
        raise RefusedError([_problem(str(error), cluster, address)]) from error
    return ClusterFacts(
        kubernetes_version=found.version,
        ipv6=any(config.ip_family == "ipv6" for config in found.kubernetes_network_configs),
        auto_mode=any(config.enabled for config in found.compute_configs),
    )


def _unknown(address: str) -> Problem:
    return Problem(
        ArgumentFault.CLUSTER_VERSION_UNKNOWN.id,
        address,
        "the cluster is made in the same run, so EKS cannot be asked for its Kubernetes version",
        help=('kubernetes_version="1.33" and ip_family="ipv4"',),
    )


def _declared(expected: ClusterFacts, address: str) -> ClusterFacts:
    if not expected.kubernetes_version:
        raise RefusedError([replace(_unknown(address), help=(_VERSION_HELP,))])
    return expected


def _is_missing(text: str) -> bool:
    return "ResourceNotFoundException" in text or "couldn't find resource" in text


def _problem(text: str, cluster: str, address: str) -> Problem:
    if _is_missing(text):
        return Problem(
            AddonFault.CLUSTER_NOT_FOUND.id,
            address,
            f'this account and region have no cluster "{cluster}"',
            help=(
                "aws eks list-clusters shows those that there are",
                "if this program makes it, let the component depend on it (depends_on)",
                "if it was deleted, pulumi destroy removes what the stack still has of it: roles",
            ),
        )
    return provider_problem(text, f'cannot read cluster "{cluster}"', address)
