"""Services: what the API server fills in, and the load balancer that is there at once.

Nothing is routed. Addresses come from the Service's name, so that they stay the same.
https://kubernetes.io/docs/concepts/services-networking/service/
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

_NODE_PORTS = range(30_000, 32_768)
_WITH_NODE_PORTS = ("LoadBalancer", "NodePort")
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def complete_service(namespace: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Service's spec with what the API server adds to it."""
    digest = _digest(namespace, name)
    kind = spec.get("type", "ClusterIP")
    address = spec.get("clusterIP") or f"172.20.{digest[0]}.{digest[1]}"
    ports = [
        _port(port, digest[2] + index if kind in _WITH_NODE_PORTS else None)
        for index, port in enumerate(spec.get("ports") or ())
    ]
    return {
        "type": kind,
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
        **spec,
        "clusterIP": address,
        "clusterIPs": [address],
        "ports": ports,
    }


def _port(port: Mapping[str, Any], offset: int | None) -> dict[str, Any]:
    filled = {"protocol": "TCP", "targetPort": port.get("port"), **port}
    if offset is not None and "nodePort" not in filled:
        filled["nodePort"] = _NODE_PORTS[offset]
    return filled


def service_status(namespace: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Service's status: a host name if it is a load balancer."""
    if spec["type"] != "LoadBalancer":
        return {"loadBalancer": {}}
    host = f"a{_digest(namespace, name).hex()[:32]}.elb.amazonaws.com"
    return {"loadBalancer": {"ingress": [{"hostname": host}]}}


def service_faults(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the API server refuses about a Service's spec."""
    kind = spec["type"]
    if kind not in _TYPES:
        supported = ", ".join(f'"{one}"' for one in _TYPES)
        yield "spec.type", f'Unsupported value: "{kind}": supported values: {supported}'
    if not spec["ports"] and kind != "ExternalName" and spec["clusterIP"] != "None":
        yield "spec.ports", "Required value"
    for index, port in enumerate(spec["ports"]):
        number = port.get("port")
        if not isinstance(number, int) or not 0 < number < 1 << 16:
            why = "must be between 1 and 65535, inclusive"
            yield f"spec.ports[{index}].port", f"Invalid value: {number}: {why}"


def shown_ports(spec: Mapping[str, Any]) -> str:
    """Return a Service's ports as kubectl prints them, such as 80:31234/TCP."""
    return ",".join(_shown_port(port) for port in spec["ports"])


def _shown_port(port: Mapping[str, Any]) -> str:
    node = f":{port['nodePort']}" if "nodePort" in port else ""
    return f"{port['port']}{node}/{port['protocol']}"


def external_address(value: Mapping[str, Any]) -> str:
    """Return where a Service is reached from outside, as kubectl prints it."""
    ingress = (value["status"]["loadBalancer"].get("ingress") or [{}])[0]
    return str(ingress.get("hostname", "<none>"))


def _digest(namespace: str, name: str) -> bytes:
    return hashlib.sha256(f"{namespace}/{name}".encode()).digest()
