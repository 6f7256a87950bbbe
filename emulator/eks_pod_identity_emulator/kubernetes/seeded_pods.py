"""Puts the pods of a seed into a cluster, by the API's own rules."""

from typing import Any

from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import NAMESPACE, POD
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.seed import SeedCluster, SeedError, SeedPod


def add_pods(cluster: Cluster, declared: SeedCluster) -> None:
    """Create the pods that a seed declares, and namespaces that they lack.

    Raises:
        SeedError: The API server refuses one, such as for a service account that there is not.
    """
    for index, pod in enumerate(declared.pods):
        if cluster.objects.find(NAMESPACE, "", pod.namespace) is None:
            cluster.create(NAMESPACE, {"metadata": {"name": pod.namespace}})
        try:
            cluster.create(POD, _pod(pod))
        except StatusError as error:
            place = f"cluster {declared.name}, pods[{index}]"
            raise SeedError(f"{place}: {error.message}") from error


def _pod(pod: SeedPod) -> dict[str, Any]:
    container = {
        "name": pod.name,
        "image": pod.image,
        "env": [{"name": name, "value": value} for name, value in pod.env.items()],
    }
    return {
        "metadata": {
            "namespace": pod.namespace,
            "name": pod.name,
            "labels": dict(pod.labels),
            "annotations": dict(pod.annotations),
        },
        "spec": {"serviceAccountName": pod.service_account, "containers": [container]},
    }
