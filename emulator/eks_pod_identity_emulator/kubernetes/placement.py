"""Where pods go: a node that fits, or one of Fargate where a profile takes them.

In: a pod or a workload, the nodes there are, and the Fargate profiles. Out: names of nodes.
"""

from collections.abc import Iterable, Sequence

from eks_pod_identity_emulator.kubernetes.kinds import DAEMON_SET, Kind
from eks_pod_identity_emulator.kubernetes.nodes import (
    FARGATE_PROFILE,
    FARGATE_SCHEDULER,
    fargate_name,
    fargate_profile,
    fitting_nodes,
    is_fargate_name,
)
from eks_pod_identity_emulator.kubernetes.store import Object
from eks_pod_identity_emulator.kubernetes.workloads import (
    pod_count,
    random_suffix,
    template_digest,
)
from eks_pod_identity_emulator.seed import SeedFargateProfile


def placed(pod: Object, nodes: Iterable[Object], profiles: Sequence[SeedFargateProfile]) -> Object:
    """Return a pod on its node; one that a Fargate profile takes is marked as Fargate's."""
    metadata, spec = pod["metadata"], pod["spec"]
    node, labels = spec.get("nodeName"), metadata.get("labels") or {}
    if node and not is_fargate_name(node):
        return pod
    profile = fargate_profile(profiles, metadata["namespace"], labels)
    if profile is None:
        fitting = [node] if node else fitting_nodes(nodes, spec)
        return {**pod, "spec": {**spec, **({"nodeName": fitting[0]} if fitting else {})}}
    own = {"nodeName": node or fargate_name(random_suffix())}
    return {
        **pod,
        "metadata": {**metadata, "labels": {**labels, FARGATE_PROFILE: profile}},
        "spec": {**spec, "schedulerName": FARGATE_SCHEDULER, **own},
    }


def nodes_for(
    kind: Kind,
    workload: Object,
    nodes: Iterable[Object],
    profiles: Sequence[SeedFargateProfile],
) -> list[str]:
    """Return the node of each pod that a workload wants, "" for one that fits nowhere."""
    metadata, template = workload["metadata"], workload["spec"]["template"]
    fitting = fitting_nodes(nodes, template["spec"])
    if kind is DAEMON_SET:
        return fitting
    labels = (template.get("metadata") or {}).get("labels") or {}
    count = pod_count(kind, workload["spec"])
    if fargate_profile(profiles, metadata["namespace"], labels):
        start = template_digest(metadata)[:5]
        return [fargate_name(f"{start}{index}") for index in range(count)]
    return [fitting[index % len(fitting)] if fitting else "" for index in range(count)]
