"""Kubernetes objects with full defaults, to break one thing at a time."""

from typing import Any

Object = dict[str, Any]


def namespace(name: str = "shop", **metadata: object) -> Object:
    """Return a namespace."""
    return {"metadata": {"name": name, **metadata}}


def service_account(name: str = "cart", namespace: str = "default", **metadata: object) -> Object:
    """Return a service account."""
    return {"metadata": {"name": name, "namespace": namespace, **metadata}}


def pod(name: str = "one", namespace: str = "default", **spec: object) -> Object:
    """Return a pod with one container."""
    return {"metadata": {"name": name, "namespace": namespace}, "spec": _pod_spec(**spec)}


def _pod_spec(**spec: object) -> Object:
    return {"containers": [{"name": "main", "image": "nginx"}], **spec}


def deployment(name: str = "web", namespace: str = "default", **spec: object) -> Object:
    """Return a Deployment of pods with one container."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": _pod_spec()}
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
    }


def env_of(pod: Object, container: str = "main") -> dict[str, str]:
    """Return the environment of one of a pod's containers."""
    containers = [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]
    found = next(one for one in containers if one["name"] == container)
    return {variable["name"]: variable["value"] for variable in found.get("env") or ()}
