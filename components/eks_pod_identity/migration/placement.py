"""Where pods of a service account run, or would: on Fargate and Windows there is no agent.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html#pod-id-restrictions
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from eks_pod_identity.migration.inventory import Cluster
from eks_pod_identity.names import ServiceAccountRef


def on_fargate(cluster: Cluster, ref: ServiceAccountRef) -> str:
    """Return why pods of a service account run on Fargate; empty if none does."""
    return "; ".join([*_profiles(cluster, ref), *_fargate_pods(cluster, ref)])


def _profiles(cluster: Cluster, ref: ServiceAccountRef) -> Iterator[str]:
    for profile in cluster.fargate_profiles:
        for namespace, labels in profile.selectors:
            chosen = any(_has(each, labels) for each in _templates(cluster, ref))
            if fnmatchcase(ref.namespace, namespace) and (chosen or not labels):
                yield f"Fargate profile {profile.name} selects namespace {namespace}"


def _templates(cluster: Cluster, ref: ServiceAccountRef) -> Iterator[Mapping[str, str]]:
    for each in cluster.workloads:
        if (each.ref.namespace, each.service_account) == ref:
            yield each.labels


def _has(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in wanted.items())


def _fargate_pods(cluster: Cluster, ref: ServiceAccountRef) -> Iterator[str]:
    fargate = {each.name for each in cluster.nodes if each.compute_type == "fargate"}
    for pod in cluster.pods:
        if (pod.ref.namespace, pod.service_account) == ref and (
            pod.fargate_profile or pod.node in fargate or pod.node.startswith("fargate-")
        ):
            yield f"pod on {pod.node.partition('.')[0] or pod.fargate_profile}"


def on_windows(cluster: Cluster, ref: ServiceAccountRef) -> str:
    """Return why pods of a service account run on Windows; empty if none does."""
    windows = {each.name for each in cluster.nodes if each.os == "windows"}
    pods = [
        f"pod {each.ref} on {each.node}"
        for each in cluster.pods
        if (each.ref.namespace, each.service_account) == ref and each.node in windows
    ]
    asked = [
        f"{each} asks for Windows nodes"
        for each in cluster.workloads
        if (each.ref.namespace, each.service_account) == ref and each.os == "windows"
    ]
    return "; ".join([*pods, *asked])
