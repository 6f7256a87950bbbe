"""The `scale` of a Deployment: its number of replicas as an object of its own.

https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/horizontal-pod-autoscaler-v1/
"""

from typing import Any

from eks_pod_identity_emulator.kubernetes.refusals import bad_request
from eks_pod_identity_emulator.kubernetes.store import Object


def show_scale(deployment: Object) -> dict[str, Any]:
    """Return a Deployment's scale."""
    metadata, spec = deployment["metadata"], deployment["spec"]
    labels = spec["selector"].get("matchLabels") or {}
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in names},
        "spec": {"replicas": spec["replicas"]},
        "status": {
            "replicas": deployment["status"]["replicas"],
            "selector": ",".join(f"{key}={value}" for key, value in labels.items()),
        },
    }


def scaled(deployment: Object, scale: Object) -> dict[str, Any]:
    """Return a Deployment with the replicas of a scale.

    Raises:
        StatusError: The scale has no number of replicas.
    """
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int):
        raise bad_request(f"spec.replicas: {replicas!r} is no number")
    version = (scale.get("metadata") or {}).get("resourceVersion", "")
    metadata = {**deployment["metadata"], "resourceVersion": version}
    return {
        **deployment,
        "metadata": metadata,
        "spec": {**deployment["spec"], "replicas": replicas},
    }
