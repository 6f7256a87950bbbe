"""Nodes: what labels they have, and which of them take a pod.

Nothing is weighed or full: of the nodes that a pod may run on it gets one.
https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from collections.abc import Iterable, Mapping
from typing import Any

from eks_pod_identity_emulator.seed import FargateSelector, SeedFargateProfile, SeedNode

DEFAULT_NODES = (SeedNode("ip-10-0-1-10.internal"), SeedNode("ip-10-0-2-20.internal"))
"""Every cluster has these two nodes, unless the seed has others."""

FARGATE_SCHEDULER = "fargate-scheduler"
FARGATE_PROFILE = "eks.amazonaws.com/fargate-profile"
"""https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html"""
COMPUTE_TYPE = "eks.amazonaws.com/compute-type"
OS = "kubernetes.io/os"

_FARGATE_NAME = "fargate-ip-"


def node_object(node: SeedNode) -> dict[str, Any]:
    """Return a node as the API shows it."""
    labels = {
        OS: node.os,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        **({} if node.compute_type == "ec2" else {COMPUTE_TYPE: node.compute_type}),
        **node.labels,
    }
    return {
        "metadata": {"name": node.name, "labels": labels},
        "spec": {"providerID": f"aws:///{node.name}"},
    }


def node_status(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the status of a node that is ready."""
    info = {"operatingSystem": (node["metadata"].get("labels") or {}).get(OS, "linux")}
    return {
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        "nodeInfo": info | {"architecture": "amd64"},
    }


def is_fargate_name(name: str) -> bool:
    """Say whether a node's name is one that Fargate gives."""
    return name.startswith(_FARGATE_NAME)


def fargate_name(suffix: str) -> str:
    """Return the name of a new node of Fargate."""
    return f"{_FARGATE_NAME}10-0-3-{suffix}.internal"


def fargate_profile(
    profiles: Iterable[SeedFargateProfile], namespace: str, labels: Mapping[str, str]
) -> str | None:
    """Return the profile that takes a pod, the first by name; None if there is none."""
    for profile in sorted(profiles, key=lambda one: one.name):
        if any(_takes(one, namespace, labels) for one in profile.selectors):
            return profile.name
    return None


def _takes(selector: FargateSelector, namespace: str, labels: Mapping[str, str]) -> bool:
    return selector.namespace == namespace and selector.labels.items() <= labels.items()


def fitting_nodes(nodes: Iterable[Mapping[str, Any]], spec: Mapping[str, Any]) -> list[str]:
    """Return the names of the nodes that a pod may run on; Fargate's run one pod each."""
    return [node["metadata"]["name"] for node in nodes if _fits(node, spec)]


def _fits(node: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    labels = node["metadata"].get("labels") or {}
    if labels.get(COMPUTE_TYPE) == "fargate":
        return False
    selector = spec.get("nodeSelector") or {}
    # A pod says which system it is made for; nodes of Windows are tainted by who runs both.
    if labels.get(OS, "linux") != "linux" and OS not in selector:
        return False
    terms = _required(spec).get("nodeSelectorTerms")
    return selector.items() <= labels.items() and (
        not terms or any(_matches(term, labels) for term in terms)
    )


def _required(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}


def _matches(term: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    return all(_holds(one, labels) for one in term.get("matchExpressions") or ())


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False
