"""Deployments and DaemonSets: which pods they want, and what their status says.

Pods belong to their Deployment directly; there are no ReplicaSets in between. A changed template
replaces all pods at once, which is what lets new credentials in.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.kubernetes.kinds import DAEMON_SET, Kind

NODES = ("ip-10-0-1-10.internal", "ip-10-0-2-20.internal")
"""Every cluster has these two nodes, which take any number of pods."""

_TEMPLATE_HASH = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # Kubernetes' own, which spells no words


@dataclass(frozen=True, slots=True)
class PodPlan:
    """What has to happen to a workload's pods: these away, those made."""

    obsolete: tuple[Mapping[str, Any], ...]
    missing: tuple[dict[str, Any], ...]


def plan_pods(
    kind: Kind, workload: Mapping[str, Any], observed: Iterable[Mapping[str, Any]]
) -> PodPlan:
    """Return the steps from the pods a workload has to those it wants."""
    digest = template_digest(workload["spec"]["template"])
    vacant = desired_nodes(kind, workload["spec"])
    obsolete = []
    for pod in observed:
        node = pod["spec"].get("nodeName")
        if pod["metadata"]["labels"].get(_TEMPLATE_HASH) == digest and node in vacant:
            vacant.remove(node)
        else:
            obsolete.append(pod)
    missing = tuple(_pod(kind, workload, digest, node) for node in vacant)
    return PodPlan(tuple(obsolete), missing)


def desired_nodes(kind: Kind, spec: Mapping[str, Any]) -> list[str]:
    """Return the node of each pod that a workload wants."""
    if kind is DAEMON_SET:
        return list(NODES)
    return list(itertools.islice(itertools.cycle(NODES), spec.get("replicas", 1)))


def template_digest(template: Mapping[str, Any]) -> str:
    """Return what tells one pod template from another."""
    text = json.dumps(template, sort_keys=True).encode()
    return _letters(hashlib.sha256(text).digest(), 10)


def random_suffix() -> str:
    """Return five letters, as the API server appends them to generated names."""
    return _letters(os.urandom(5), 5)


def _letters(digest: bytes, length: int) -> str:
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:length])


def _pod(kind: Kind, workload: Mapping[str, Any], digest: str, node: str) -> dict[str, Any]:
    metadata, template = workload["metadata"], workload["spec"]["template"]
    given = template.get("metadata") or {}
    owner = {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {
        "metadata": {
            "namespace": metadata["namespace"],
            "name": f"{metadata['name']}-{digest}-{random_suffix()}",
            "labels": {**(given.get("labels") or {}), _TEMPLATE_HASH: digest},
            "annotations": dict(given.get("annotations") or {}),
            "ownerReferences": [owner],
        },
        "spec": {**template["spec"], "nodeName": node},
    }


def workload_status(
    kind: Kind, workload: Mapping[str, Any], running: int, time: str
) -> dict[str, Any]:
    """Return the status of a workload of whose pods so many run."""
    wanted = len(desired_nodes(kind, workload["spec"]))
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
    """Return the status of a pod that runs."""
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
