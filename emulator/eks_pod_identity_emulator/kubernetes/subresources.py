"""What is below an object: a Deployment's scale, a service account's token, a pod's exec."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.kubernetes.address import Address
from eks_pod_identity_emulator.kubernetes.bodies import patched_value, read_body
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import POD
from eks_pod_identity_emulator.kubernetes.refusals import method_not_allowed, no_processes
from eks_pod_identity_emulator.kubernetes.scale import scaled, show_scale


def call_subresource(
    cluster: Cluster, address: Address, request: Request, manager: str, *, dry_run: bool
) -> tuple[int, Mapping[str, Any]]:
    """Return HTTP status and answer of a request for a subresource.

    Args:
        cluster: The cluster.
        address: Which subresource of which object.
        request: The request.
        manager: Who writes.
        dry_run: Whether nothing is kept.

    Raises:
        StatusError: The API server would refuse it, or it would need a running container.
    """
    if address.subresource == "scale":
        return 200, _scale(cluster, address, request, manager, dry_run=dry_run)
    if address.subresource == "token":
        if request.method != "POST":
            raise method_not_allowed()
        return 201, cluster.tokens.issue(address.namespace, address.name, read_body(request))
    cluster.objects.get(POD, address.namespace, address.name)
    raise no_processes(address.namespace, address.name)


def _scale(
    cluster: Cluster, address: Address, request: Request, manager: str, *, dry_run: bool
) -> Mapping[str, Any]:
    deployment = cluster.objects.get(address.kind, address.namespace, address.name)
    match request.method:
        case "GET":
            return show_scale(deployment)
        case "PUT":
            wanted = read_body(request)
        case "PATCH":
            wanted = patched_value(request, show_scale(deployment))
        case _:
            raise method_not_allowed()
    changed = scaled(deployment, wanted)
    return show_scale(cluster.replace(address.kind, changed, manager, dry_run=dry_run))
