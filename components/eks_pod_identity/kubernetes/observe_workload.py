"""Pods, nodes and the Pod Identity Agent of a cluster: what the Kubernetes API says, as values.

Each function reads one kind, so that a caller who may read only some learns those.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.kubernetes.access import Access
from eks_pod_identity.kubernetes.api import KubernetesApi
from eks_pod_identity.kubernetes.observe import account_of
from eks_pod_identity.observed.cluster import ServiceAccountState
from eks_pod_identity.observed.workload import AgentSoftware, Container, NodeState, PodState

_NAME_LABELS = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "k8s-app", "app")


def observe_namespaces(access: Access) -> frozenset[str]:
    """Return the names of all namespaces.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read them.
    """
    with KubernetesApi(access) as api:
        return frozenset(each["metadata"]["name"] for each in api.list("/api/v1/namespaces"))


def observe_service_accounts(access: Access, namespace: str) -> Mapping[str, ServiceAccountState]:
    """Return the service accounts of a namespace by name.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read them.
    """
    with KubernetesApi(access) as api:
        found = [each["metadata"] for each in api.list(f"{_in(namespace)}/serviceaccounts")]
    return {each["name"]: account_of(each) for each in found}


def observe_pods(access: Access, namespace: str) -> tuple[PodState, ...]:
    """Return the pods of a namespace that have not ended.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read them.
    """
    with KubernetesApi(access) as api:
        pods = map(_pod, api.list(f"{_in(namespace)}/pods"))
        return tuple(each for each in pods if each.phase not in {"Succeeded", "Failed"})


def observe_node(access: Access, name: str) -> NodeState | None:
    """Return a node, or None if there is none of the name.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read it.
    """
    with KubernetesApi(access) as api:
        found = api.get(f"/api/v1/nodes/{name}")
    if found is None:
        return None
    return NodeState(name, found["metadata"].get("labels") or {})


def observe_agent(access: Access) -> AgentSoftware:
    """Return the DaemonSets and pods of the Pod Identity Agent, in whichever namespace.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read them.
    """
    with KubernetesApi(access) as api:
        sets = [each for each in api.list("/apis/apps/v1/daemonsets") if _is_agent(each)]
        names = tuple(_qualified(each) for each in sets)
        namespaces = {each["metadata"]["namespace"] for each in sets}
        pods = tuple(
            _pod(pod)
            for namespace in sorted(namespaces)
            for pod in api.list(f"{_in(namespace)}/pods")
            if _is_of(pod, names)
        )
    return AgentSoftware(names, pods)


def observe_config_map_keys(access: Access, namespace: str, name: str) -> frozenset[str]:
    """Return the keys of a ConfigMap; none if it is not there.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read it.
    """
    with KubernetesApi(access) as api:
        found = api.get(f"{_in(namespace)}/configmaps/{name}")
    return frozenset((found or {}).get("data") or {})


def _in(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}"


def _qualified(value: Mapping[str, Any]) -> str:
    return f"{value['metadata']['namespace']}/{value['metadata']['name']}"


def _is_agent(daemon_set: Mapping[str, Any]) -> bool:
    """Say whether a DaemonSet is the agent's: by its name, its labels or its image.

    The add-on has one for each kind of node, such as eks-pod-identity-agent-hybrid.
    """
    metadata = daemon_set["metadata"]
    labels = metadata.get("labels") or {}
    template = (daemon_set.get("spec") or {}).get("template") or {}
    images = [each.get("image", "") for each in (template.get("spec") or {}).get("containers", ())]
    named = [metadata["name"], *(labels.get(key, "") for key in _NAME_LABELS), *images]
    return any(AGENT_ADDON in each for each in named)


def _is_of(pod: Mapping[str, Any], daemon_sets: Iterable[str]) -> bool:
    namespace = pod["metadata"]["namespace"]
    owners = pod["metadata"].get("ownerReferences") or ()
    return any(
        each.get("kind") == "DaemonSet" and f"{namespace}/{each['name']}" in daemon_sets
        for each in owners
    )


def _pod(value: Mapping[str, Any]) -> PodState:
    metadata, spec, status = value["metadata"], value["spec"], value.get("status") or {}
    containers = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
    return PodState(
        namespace=metadata["namespace"],
        name=metadata["name"],
        service_account=spec.get("serviceAccountName") or "default",
        created=_time(metadata.get("creationTimestamp")),
        node=spec.get("nodeName") or "",
        phase=status.get("phase") or "",
        ready=_is_ready(status),
        labels=metadata.get("labels") or {},
        annotations=metadata.get("annotations") or {},
        node_selector=spec.get("nodeSelector") or {},
        containers=tuple(map(_container, containers)),
        owner=_owner(metadata),
    )


def _is_ready(status: Mapping[str, Any]) -> bool:
    conditions = status.get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _container(value: Mapping[str, Any]) -> Container:
    return Container(
        name=value["name"],
        image=value.get("image") or "",
        env={each["name"]: _value(each) for each in value.get("env") or ()},
        env_from=tuple(_source(each) for each in value.get("envFrom") or ()),
    )


def _value(variable: Mapping[str, Any]) -> str | None:
    return None if variable.get("valueFrom") else variable.get("value") or ""


def _source(value: Mapping[str, Any]) -> tuple[str, str]:
    secret = value.get("secretRef")
    return ("Secret", secret["name"]) if secret else ("ConfigMap", value["configMapRef"]["name"])


def _owner(metadata: Mapping[str, Any]) -> tuple[str, str]:
    """Return what to restart: a ReplicaSet's name is its Deployment's with a hash behind it."""
    for each in metadata.get("ownerReferences") or ():
        kind, name = each["kind"], each["name"]
        if kind == "ReplicaSet" and "-" in name:
            return "Deployment", name.rpartition("-")[0]
        return kind, name
    return "", ""


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
