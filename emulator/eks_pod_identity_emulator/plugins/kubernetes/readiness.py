"""When an object is ready, as the real provider's awaiters see it. Pure.

https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/faq/
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.plugins.kubernetes.kinds import Kind

Ready = Callable[[Mapping[str, Any]], bool]


def is_ready(kind: Kind, live: Mapping[str, Any]) -> bool:
    """Tell whether an object has become what it was made for."""
    ready = _READY.get(kind.name)
    return ready is None or ready(live)


def unready_reason(live: Mapping[str, Any]) -> str:
    """Say what keeps an object from being ready."""
    conditions = live.get("status", {}).get("conditions", ())
    failing = [one for one in conditions if one.get("status") != "True"]
    words = [
        f"{one.get('type')}: {one.get('reason', '')} {one.get('message', '')}".strip()
        for one in failing
    ]
    return "; ".join(words) or "the API server reports no status yet"


def _pod(live: Mapping[str, Any]) -> bool:
    status = live.get("status", {})
    if status.get("phase") == "Succeeded":
        return True
    return status.get("phase") == "Running" and _holds(status, "Ready")


def _service(live: Mapping[str, Any]) -> bool:
    """A load balancer has to have an address; its pods are not looked for, unlike there."""
    if live["spec"].get("type") != "LoadBalancer":
        return True
    return bool((live.get("status") or {}).get("loadBalancer", {}).get("ingress"))


def _deployment(live: Mapping[str, Any]) -> bool:
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    return (
        _is_observed(live)
        and status.get("updatedReplicas", 0) == wanted
        and status.get("availableReplicas", 0) >= wanted
        and _holds(status, "Available")
    )


def _daemon_set(live: Mapping[str, Any]) -> bool:
    status = live.get("status", {})
    wanted = status.get("desiredNumberScheduled", 0)
    return (
        _is_observed(live)
        and status.get("updatedNumberScheduled", 0) == wanted
        and status.get("numberReady", 0) == wanted
    )


def _is_observed(live: Mapping[str, Any]) -> bool:
    generation = live.get("metadata", {}).get("generation", 0)
    return bool(live.get("status", {}).get("observedGeneration", 0) >= generation)


def _holds(status: Mapping[str, Any], condition: str) -> bool:
    return any(
        one.get("type") == condition and one.get("status") == "True"
        for one in status.get("conditions", ())
    )


_READY: Mapping[str, Ready] = MappingProxyType(
    {"Pod": _pod, "Service": _service, "Deployment": _deployment, "DaemonSet": _daemon_set}
)
