"""How EKS's pod identity webhook changes a pod when it is admitted.

The order of what it adds, what a container's own settings keep out, and what it leaves alone are
those of the webhook's source. Pods that run already are not touched.
https://github.com/aws/amazon-eks-pod-identity-webhook/blob/3bf80a34/pkg/handler/handler.go
"""

import csv
import random
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.kubernetes.injection import (
    DEFAULT_EXPIRATION,
    PREFIX,
    Injection,
    token_expiration,
)

_LABEL = f"{PREFIX}pod-identity"
_SKIP_LABEL = f"{PREFIX}skip-pod-identity-webhook"  # object selector of EKS's configuration
_SHORTEST_DEFAULT = 79_200
_STS = "AWS_STS_REGIONAL_ENDPOINTS"
_REGION = ("AWS_DEFAULT_REGION", "AWS_REGION")
_OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")


def is_skipped(pod: Mapping[str, Any]) -> bool:
    """Say whether a pod's labels keep the webhook away; EKS selects pods without this label."""
    return _SKIP_LABEL in (pod["metadata"].get("labels") or {})


def inject(pod: Mapping[str, Any], injection: Injection) -> dict[str, Any]:
    """Return a pod with what the webhook adds to it."""
    annotations = pod["metadata"].get("annotations") or {}
    skipped = _skipped_containers(annotations)
    path = _token_path(pod["spec"], injection)
    spec = dict(pod["spec"])
    for group in ("initContainers", "containers"):
        if spec.get(group):
            spec[group] = [
                one if one["name"] in skipped else _with_credentials(one, injection, path)
                for one in spec[group]
            ]
    volumes = spec.get("volumes") or []
    if all(volume["name"] != injection.volume for volume in volumes):
        spec["volumes"] = [_token_volume(injection, annotations), *volumes]
    return {**pod, "metadata": _labelled(pod["metadata"], injection), "spec": spec}


def _skipped_containers(annotations: Mapping[str, str]) -> frozenset[str]:
    """Return the containers that an annotation names: one line of CSV, with blanks as they are."""
    text = annotations.get(f"{PREFIX}skip-containers", "")
    try:
        return frozenset(next(csv.reader([text], strict=True), []))
    except csv.Error:
        return frozenset()


def _token_path(spec: Mapping[str, Any], injection: Injection) -> str:
    path = f"{injection.folder}/{injection.token}"
    selector = spec.get("nodeSelector") or {}
    if any(selector.get(label) == "windows" for label in _OS_LABELS):
        return "C:" + path.replace("/", "\\")
    return path


def _token_volume(injection: Injection, annotations: Mapping[str, str]) -> dict[str, Any]:
    """Return the token's volume; the mode is what the API server fills in."""
    token = {
        "audience": injection.audience,
        "expirationSeconds": _expiration(injection, annotations),
        "path": injection.token,
    }
    projected = {"sources": [{"serviceAccountToken": token}], "defaultMode": 420}
    return {"name": injection.volume, "projected": projected}


def _expiration(injection: Injection, annotations: Mapping[str, str]) -> int:
    """Return a token's life; Pod Identity's default is spread over two hours."""
    seconds = token_expiration(annotations, injection.expiration)
    if injection.pod_identity and seconds == DEFAULT_EXPIRATION:
        return random.randint(_SHORTEST_DEFAULT, DEFAULT_EXPIRATION)  # noqa: S311 - spreads load, guards nothing
    return seconds


def _labelled(metadata: Mapping[str, Any], injection: Injection) -> Mapping[str, Any]:
    if not injection.pod_identity:
        return metadata
    return {**metadata, "labels": {**(metadata.get("labels") or {}), _LABEL: "enabled"}}


def _with_credentials(
    container: Mapping[str, Any], injection: Injection, path: str
) -> Mapping[str, Any]:
    """Return a container with variables and mount.

    A container with credentials of its own still gets the mount, unless it sets region and STS's
    endpoints, too. A mount is known by its volume's name, wherever it is.
    """
    env = list(container.get("env") or [])
    given = {variable["name"] for variable in env}
    credentials = dict([injection.variable]) | {injection.token_variable: path}
    has_credentials = bool(given & credentials.keys())
    if has_credentials and _STS in given and given & set(_REGION):
        return container
    added = _region_variables(injection, given)
    if not has_credentials:
        added |= credentials
    changed = {**container, "env": env + [{"name": n, "value": v} for n, v in added.items()]}
    mounts = container.get("volumeMounts") or []
    if all(mount["name"] != injection.volume for mount in mounts):
        mount = {"name": injection.volume, "readOnly": True, "mountPath": injection.folder}
        changed["volumeMounts"] = [*mounts, mount]
    return changed


def _region_variables(injection: Injection, given: set[str]) -> dict[str, str]:
    added = {_STS: "regional"} if injection.regional_sts and _STS not in given else {}
    if not given & set(_REGION):
        added |= dict.fromkeys(_REGION, injection.region)
    return added
