"""What the API server fills in: the defaults of workloads, the spec and status of Services.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.kubernetes.kinds import (
    DAEMON_SET,
    JOB,
    REPLICA_SET,
    STATEFUL_SET,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.services import complete_service, service_status

ASSIGNED = (
    "uid",
    "creationTimestamp",
    "resourceVersion",
    "generation",
    "selfLink",
    "deletionTimestamp",
    "managedFields",
)
"""Metadata that the API server assigns, whatever is sent."""


def with_defaults(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec of a workload with what the API server adds."""
    if kind is DAEMON_SET:
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
        return {"updateStrategy": strategy, "revisionHistoryLimit": 10, **spec}
    if kind is JOB:
        return {"parallelism": 1, "completions": 1, "backoffLimit": 6, **spec}
    if kind is REPLICA_SET:
        return {"replicas": 1, **spec}
    if kind is STATEFUL_SET:
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
        return {"replicas": 1, "updateStrategy": strategy, "revisionHistoryLimit": 10, **spec}
    rolling = {"maxUnavailable": "25%", "maxSurge": "25%"}
    return {
        "replicas": 1,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        **spec,
    }


def service_parts(metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return spec and status of a Service."""
    namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
    filled = complete_service(namespace, name, spec)
    return {"spec": filled, "status": service_status(namespace, name, filled)}
