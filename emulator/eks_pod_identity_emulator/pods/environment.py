"""The environment of a command that runs as a pod does, on this machine.

It has what admission gave the pod's first container, with the agent's and the token files'
addresses turned to where these are here. Of the caller's AWS settings it has nothing, and no
instance metadata, which would give it the node's role.
"""

import socket
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.http.app import AGENT_PREFIX
from eks_pod_identity_emulator.pods.client import PodPlace
from eks_pod_identity_emulator.pods.token_files import TokenFiles
from eks_pod_identity_emulator.processes.aws_settings import without_aws

_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_AGENT_HOSTS = ("http://169.254.170.23/", "http://[fd00:ec2::23]/")
_MACHINES_OWN = frozenset({"HOME", "PATH"})  # a container's would lead nowhere here


def pod_environment(
    given: Mapping[str, str],
    pod: Mapping[str, Any],
    place: PodPlace,
    address: str,
    tokens: TokenFiles,
) -> dict[str, str]:
    """Return the environment for a command.

    Args:
        given: The caller's environment.
        pod: The pod, as admitted.
        place: Where it is.
        address: The emulator's.
        tokens: The pod's token files; an empty file is made in their folder.
    """
    own = _container_environment(pod)
    if own.get(_URI, "").startswith(_AGENT_HOSTS):
        own[_URI] = _agent_uri(place, address)
    for token in tokens:
        own = {name: token.localized(value) for name, value in own.items()}
    empty = tokens.folder / "aws-config"
    empty.touch()
    defaults = {
        "AWS_REGION": place.region,
        "AWS_DEFAULT_REGION": place.region,
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
    }
    fixed = {"AWS_ENDPOINT_URL": address, "AWS_EC2_METADATA_DISABLED": "true"}
    return without_aws(given) | defaults | own | fixed


def _container_environment(pod: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables of the first container; references to fields of the pod are followed."""
    variables = pod["spec"]["containers"][0].get("env") or ()
    values = {one["name"]: one.get("value", _field(pod, one)) for one in variables}
    return {
        name: value
        for name, value in values.items()
        if value is not None and name not in _MACHINES_OWN
    }


def _field(pod: Mapping[str, Any], variable: Mapping[str, Any]) -> str | None:
    reference = (variable.get("valueFrom") or {}).get("fieldRef") or {}
    fields = {
        "metadata.name": pod["metadata"]["name"],
        "metadata.namespace": pod["metadata"]["namespace"],
        "metadata.uid": pod["metadata"]["uid"],
        "spec.nodeName": pod["spec"]["nodeName"],
        "spec.serviceAccountName": pod["spec"]["serviceAccountName"],
    }
    return fields.get(reference.get("fieldPath", ""))


def _agent_uri(place: PodPlace, address: str) -> str:
    """Return where the node's agent is; a node without one has nothing that listens."""
    if place.agent:
        cluster = f"{place.account}/{place.region}/{place.cluster}"
        return f"{address}{AGENT_PREFIX}{cluster}/v1/credentials"
    return f"http://127.0.0.1:{_closed_port()}/v1/credentials"


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
