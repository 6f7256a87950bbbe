"""Lists as tables, which kubectl asks for so that it need not know every kind.

https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.kubernetes.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    NAMESPACE,
    NODE,
    POD,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.services import external_address, shown_ports
from eks_pod_identity_emulator.kubernetes.store import Object

Cell = Callable[[Object], Any]


def _status(name: str) -> Cell:
    return lambda value: (value.get("status") or {}).get(name, 0)


def _ready_pod(value: Object) -> str:
    containers = value["status"].get("containerStatuses") or ()
    return f"{sum(one['ready'] for one in containers)}/{len(containers)}"


def _ready_deployment(value: Object) -> str:
    return f"{_status('readyReplicas')(value)}/{value['spec']['replicas']}"


_COLUMNS: Mapping[Kind, Sequence[tuple[str, Cell]]] = {
    NAMESPACE: (("Status", _status("phase")),),
    SERVICE_ACCOUNT: (("Secrets", lambda value: len(value.get("secrets") or ())),),
    SERVICE: (
        ("Type", lambda value: value["spec"]["type"]),
        ("Cluster-IP", lambda value: value["spec"]["clusterIP"]),
        ("External-IP", external_address),
        ("Port(s)", lambda value: shown_ports(value["spec"])),
    ),
    POD: (("Ready", _ready_pod), ("Status", _status("phase")), ("Restarts", lambda _: "0")),
    DEPLOYMENT: (
        ("Ready", _ready_deployment),
        ("Up-to-date", _status("updatedReplicas")),
        ("Available", _status("availableReplicas")),
    ),
    STATEFUL_SET: (("Ready", _ready_deployment),),
    NODE: (("Status", lambda _: "Ready"),),
    DAEMON_SET: (
        ("Desired", _status("desiredNumberScheduled")),
        ("Current", _status("currentNumberScheduled")),
        ("Ready", _status("numberReady")),
        ("Up-to-date", _status("updatedNumberScheduled")),
        ("Available", _status("numberAvailable")),
    ),
}


def wants_table(request: Request) -> bool:
    """Say whether a client would rather have a table than the objects."""
    return "as=Table" in request.headers.get("accept", "")


def table(
    kind: Kind, values: Sequence[Object], metadata: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return objects as a table with the columns that kubectl's users know."""
    columns = _COLUMNS.get(kind, ())
    names = ["Name", *(name for name, _ in columns), "Age"]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": dict(metadata),
        "columnDefinitions": [
            {
                "name": name,
                "type": "string",
                "format": "name" if name == "Name" else "",
                "description": "",
                "priority": 0,
            }
            for name in names
        ],
        "rows": [
            {
                "cells": [
                    value["metadata"]["name"],
                    *(cell(value) for _, cell in columns),
                    _age(value, now),
                ],
                "object": _metadata_only(value),
            }
            for value in values
        ],
    }


def _metadata_only(value: Object) -> dict[str, Any]:
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": value["metadata"],
    }


def _age(value: Object, now: datetime) -> str:
    born = datetime.fromisoformat(value["metadata"]["creationTimestamp"])
    seconds = int((now - born).total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length}{unit}"
    return f"{max(seconds, 0)}s"
