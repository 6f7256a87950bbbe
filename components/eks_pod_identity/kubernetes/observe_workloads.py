"""Service accounts, workloads, pods and nodes of a cluster: one list of each, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from eks_pod_identity.kubernetes.access import Access
from eks_pod_identity.kubernetes.api import KubernetesApi
from eks_pod_identity.kubernetes.observe import account_of
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.workload import (
    COMPUTE_TYPE_LABEL,
    FARGATE_PROFILE_LABEL,
    OS_LABEL,
)
from eks_pod_identity.observed.workloads import Container, Node, Pod, Workload, Workloads

Json: TypeAlias = Mapping[str, Any]

_ACCOUNTS, _PODS, _NODES = "/api/v1/serviceaccounts", "/api/v1/pods", "/api/v1/nodes"
_TEMPLATED = {
    "CronJob": "/apis/batch/v1/cronjobs",
    "DaemonSet": "/apis/apps/v1/daemonsets",
    "Deployment": "/apis/apps/v1/deployments",
    "Job": "/apis/batch/v1/jobs",
    "StatefulSet": "/apis/apps/v1/statefulsets",
}
_FINISHED = frozenset({"Failed", "Succeeded"})
_AUDIENCE = "sts.amazonaws.com"


def observe_workloads(access: Access) -> Workloads:
    """Return what runs in a cluster.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read it.
    """
    api = KubernetesApi(access)
    paths = (_ACCOUNTS, _PODS, _NODES, *_TEMPLATED.values())
    with ThreadPoolExecutor(len(paths), thread_name_prefix="kubernetes-read") as pool:
        lists = dict(zip(paths, pool.map(lambda path: list(api.list(path)), paths), strict=True))
    accounts = (account_of(each["metadata"]) for each in lists[_ACCOUNTS])
    return Workloads(
        {each.ref: each for each in accounts},
        tuple(
            _workload(kind, each)
            for kind, path in _TEMPLATED.items()
            for each in lists[path]
            if not _is_made(each)
        ),
        tuple(_pod(each) for each in lists[_PODS] if _is_running(each)),
        tuple(_node(each) for each in lists[_NODES]),
    )


def _is_made(value: Json) -> bool:
    """Tell whether a controller makes it, as a CronJob makes Jobs."""
    return bool(value["metadata"].get("ownerReferences")) and value.get("kind") == "Job"


def _is_running(pod: Json) -> bool:
    return (pod.get("status") or {}).get("phase") not in _FINISHED


def _ref(value: Json) -> ServiceAccountRef:
    return ServiceAccountRef(value["metadata"]["namespace"], value["metadata"]["name"])


def _workload(kind: str, value: Json) -> Workload:
    spec = value["spec"]
    template = (spec["jobTemplate"]["spec"] if kind == "CronJob" else spec)["template"]
    pod = template.get("spec") or {}
    return Workload(
        kind,
        _ref(value),
        pod.get("serviceAccountName") or "default",
        tuple(_containers(pod)),
        (template.get("metadata") or {}).get("labels") or {},
        (pod.get("nodeSelector") or {}).get(OS_LABEL, ""),
        any(map(_is_token, pod.get("volumes") or ())),
    )


def _is_token(volume: Json) -> bool:
    sources: Sequence[Json] = (volume.get("projected") or {}).get("sources") or ()
    tokens = [each["serviceAccountToken"] for each in sources if "serviceAccountToken" in each]
    return any(each.get("audience") == _AUDIENCE for each in tokens)


def _containers(spec: Json) -> Iterator[Container]:
    for each in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        variables = {one["name"]: one.get("value") or "" for one in each.get("env") or ()}
        yield Container(each["name"], variables, each.get("image", ""))


def _pod(value: Json) -> Pod:
    metadata, spec = value["metadata"], value["spec"]
    owners = metadata.get("ownerReferences") or ()
    labels = metadata.get("labels") or {}
    return Pod(
        _ref(value),
        spec.get("serviceAccountName") or "default",
        tuple(_containers(spec)),
        spec.get("nodeName") or "",
        labels.get(FARGATE_PROFILE_LABEL, ""),
        next((f"{each['kind']} {each['name']}" for each in owners), ""),
    )


def _node(value: Json) -> Node:
    labels = value["metadata"].get("labels") or {}
    name = value["metadata"]["name"]
    return Node(name, labels.get(OS_LABEL, "linux"), labels.get(COMPUTE_TYPE_LABEL, ""))
