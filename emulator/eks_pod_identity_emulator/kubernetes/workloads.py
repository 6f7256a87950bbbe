"""Workloads: which pods they want, and what their status says.

A changed template replaces all pods at once, which is what lets new credentials in: a Deployment's
by another ReplicaSet, a StatefulSet's and a DaemonSet's unless their strategy is OnDelete. A
ReplicaSet and a Job never replace a pod that runs.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.kubernetes.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    REPLICA_SET,
    STATEFUL_SET,
    Kind,
)

_TEMPLATE_HASH = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # Kubernetes' own, which spells no words


@dataclass(frozen=True, slots=True)
class PodPlan:
    """What has to happen to a workload's pods: these away, those made."""

    obsolete: tuple[Mapping[str, Any], ...]
    missing: tuple[dict[str, Any], ...]


def plan_pods(
    kind: Kind,
    workload: Mapping[str, Any],
    observed: Iterable[Mapping[str, Any]],
    nodes: Iterable[str],
) -> PodPlan:
    """Return the steps from the pods a workload has to those it wants.

    Args:
        kind: The workload's kind, other than a Deployment.
        workload: The workload.
        observed: Its pods.
        nodes: The node of each pod that it wants; "" for a pod that fits on none.
    """
    digest = template_digest(workload["spec"]["template"])
    vacant = list(nodes)
    obsolete = []
    for pod in observed:
        node = pod["spec"].get("nodeName") or ""
        if _is_kept(kind, workload, pod, digest) and node in vacant:
            vacant.remove(node)
        else:
            obsolete.append(pod)
    missing = _new_pods(kind, workload, digest, vacant, _indexes(observed, obsolete))
    return PodPlan(tuple(obsolete), missing)


def _is_kept(kind: Kind, workload: Mapping[str, Any], pod: Mapping[str, Any], digest: str) -> bool:
    strategy = (workload["spec"].get("updateStrategy") or {}).get("type")
    if kind in (REPLICA_SET, JOB) or strategy == "OnDelete":
        return True
    return bool((pod["metadata"].get("labels") or {}).get(_TEMPLATE_HASH) == digest)


def _indexes(
    observed: Iterable[Mapping[str, Any]], obsolete: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the ordinals that a StatefulSet's new pods take: those that no pod keeps."""
    gone = {pod["metadata"]["name"] for pod in obsolete}
    names = {pod["metadata"]["name"] for pod in observed} - gone
    taken = {name.rpartition("-")[2] for name in names}
    return (str(index) for index in itertools.count() if str(index) not in taken)


def _new_pods(
    kind: Kind, workload: Mapping[str, Any], digest: str, nodes: list[str], indexes: Iterator[str]
) -> tuple[dict[str, Any], ...]:
    name, made = workload["metadata"]["name"], []
    for node in nodes:
        match kind:
            case _ if kind is STATEFUL_SET:
                pod_name = f"{name}-{next(indexes)}"
            case _ if kind is DAEMON_SET:
                pod_name = f"{name}-{digest}-{random_suffix()}"
            case _:
                pod_name = f"{name}-{random_suffix()}"
        made.append(_pod(kind, workload, pod_name, digest, node))
    return tuple(made)


def replica_set_of(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ReplicaSet that runs a Deployment's pods."""
    metadata, spec = deployment["metadata"], deployment["spec"]
    digest = template_digest(spec["template"])
    template = spec["template"]
    given = template.get("metadata") or {}
    labels = {**(given.get("labels") or {}), _TEMPLATE_HASH: digest}
    selector = spec["selector"]
    wanted = {**(selector.get("matchLabels") or {}), _TEMPLATE_HASH: digest}
    return {
        "metadata": {
            "namespace": metadata["namespace"],
            "name": f"{metadata['name']}-{digest}",
            "labels": labels,
            "ownerReferences": [owner_reference(DEPLOYMENT, deployment)],
        },
        "spec": {
            "replicas": spec["replicas"],
            "selector": {**selector, "matchLabels": wanted},
            "template": {**template, "metadata": {**given, "labels": labels}},
        },
    }


def owner_reference(kind: Kind, owner: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object carries that belongs to another."""
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def pod_count(kind: Kind, spec: Mapping[str, Any]) -> int:
    """Return how many pods a workload wants that does not want one on each node."""
    if kind is JOB:
        return 0 if spec.get("suspend") else int(spec.get("parallelism", 1))
    return int(spec.get("replicas", 1))


def template_digest(template: Mapping[str, Any]) -> str:
    """Return what tells one pod template from another."""
    text = json.dumps(template, sort_keys=True).encode()
    return _letters(hashlib.sha256(text).digest(), 10)


def random_suffix() -> str:
    """Return five letters, as the API server appends them to generated names."""
    return _letters(os.urandom(5), 5)


def _letters(digest: bytes, length: int) -> str:
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:length])


def _pod(
    kind: Kind, workload: Mapping[str, Any], name: str, digest: str, node: str
) -> dict[str, Any]:
    metadata, template = workload["metadata"], workload["spec"]["template"]
    given = template.get("metadata") or {}
    labels = dict(given.get("labels") or {})
    labels.setdefault(_TEMPLATE_HASH, digest)
    if kind is JOB:
        labels["batch.kubernetes.io/job-name"] = metadata["name"]
    placed = {"nodeName": node} if node else {}
    return {
        "metadata": {
            "namespace": metadata["namespace"],
            "name": name,
            "labels": labels,
            "annotations": dict(given.get("annotations") or {}),
            "ownerReferences": [owner_reference(kind, workload)],
        },
        "spec": {**template["spec"], **placed},
    }


def workload_status(
    kind: Kind, workload: Mapping[str, Any], wanted: int, running: int, time: str
) -> dict[str, Any]:
    """Return the status of a workload that wants so many pods, and of whose so many run."""
    if kind is JOB:
        return {"active": running, "startTime": time}
    generation = {"observedGeneration": workload["metadata"]["generation"]}
    if kind is DAEMON_SET:
        names = (
            "currentNumberScheduled",
            "updatedNumberScheduled",
            "numberReady",
            "numberAvailable",
        )
        numbers = {"desiredNumberScheduled": wanted, "numberMisscheduled": 0}
        return generation | numbers | dict.fromkeys(names, running)
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    if kind in (REPLICA_SET, STATEFUL_SET):
        return generation | dict.fromkeys(names, running)
    all_run = running == wanted
    conditions = [
        _condition("Available", "MinimumReplicasAvailable", time, holds=all_run),
        _condition("Progressing", "NewReplicaSetAvailable", time, holds=all_run),
    ]
    if not all_run:
        conditions.append(_condition("ReplicaFailure", "FailedCreate", time, holds=True))
    return generation | dict.fromkeys(names, running) | {"conditions": conditions}


def _condition(kind: str, reason: str, time: str, *, holds: bool) -> dict[str, Any]:
    return {
        "type": kind,
        "status": "True" if holds else "False",
        "reason": reason,
        "lastUpdateTime": time,
        "lastTransitionTime": time,
    }


def pod_status(pod: Mapping[str, Any], time: str) -> dict[str, Any]:
    """Return the status of a pod that runs, or fits on no node."""
    if not pod["spec"].get("nodeName"):
        why = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
        return {"phase": "Pending", "conditions": [why], "containerStatuses": []}
    conditions = (
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    )
    return {
        "phase": "Running",
        "startTime": time,
        "hostIP": "10.0.1.10",
        "podIP": "10.0.1.100",
        "conditions": [
            {"type": kind, "status": "True", "lastTransitionTime": time} for kind in conditions
        ],
        "containerStatuses": [
            {
                "name": container["name"],
                "image": container["image"],
                "ready": True,
                "started": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": time}},
            }
            for container in pod["spec"]["containers"]
        ],
    }
