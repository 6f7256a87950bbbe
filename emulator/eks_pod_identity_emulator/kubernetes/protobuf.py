"""Reads objects in Kubernetes' protobuf encoding, in which `kubectl create` sends some of its own.

The tables below are field numbers of the types in k8s.io/api (generated.proto of core/v1, apps/v1
and meta/v1), as far as kubectl's typed commands fill them. A field that they do not hold is refused
by its number rather than lost, unless it is empty: Go sends many empty ones.
https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.refusals import StatusError, bad_request

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"

_MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Decode = Callable[[Any], Json]


def _text(value: bytes) -> str:
    return value.decode()


def _number(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _flag(value: int) -> bool:
    return bool(value)


def _message(name: str) -> Decode:
    return lambda value: _read(name, value)


def _map(item: Decode) -> Decode:
    """Return what reads one entry of a map; entries of one field are merged."""

    def decode(value: bytes) -> Json:
        entry = dict(_fields(value))
        return {_text(bytes(entry.get(1, b""))): item(entry.get(2, b""))}

    return decode


def _time(value: bytes) -> str | None:
    seconds = dict(_fields(value)).get(1)
    if not isinstance(seconds, int):
        return None
    return datetime.fromtimestamp(_number(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _int_or_string(value: bytes) -> int | str:
    fields = dict(_fields(value))
    text = fields.get(3, b"")
    return _text(text) if fields.get(1) and isinstance(text, bytes) else int(fields.get(2, 0))


def _quantity(value: bytes) -> str:
    return _text(bytes(dict(_fields(value)).get(1, b"")))


# Per type and field number: name, how to read it, and whether it is a list.
_One, _Many, _Merged = "one", "many", "merged"
_TYPES: Mapping[str, Mapping[int, tuple[str, Decode, str]]] = {
    "Namespace": {
        1: ("metadata", _message("ObjectMeta"), _One),
        2: ("spec", _message("NamespaceSpec"), _One),
        3: ("status", _message("NamespaceStatus"), _One),
    },
    "NamespaceSpec": {1: ("finalizers", _text, _Many)},
    "NamespaceStatus": {1: ("phase", _text, _One)},
    "ServiceAccount": {
        1: ("metadata", _message("ObjectMeta"), _One),
        3: ("imagePullSecrets", _message("LocalObjectReference"), _Many),
        4: ("automountServiceAccountToken", _flag, _One),
    },
    "LocalObjectReference": {1: ("name", _text, _One)},
    "Deployment": {
        1: ("metadata", _message("ObjectMeta"), _One),
        2: ("spec", _message("DeploymentSpec"), _One),
        3: ("status", _message("DeploymentStatus"), _One),
    },
    "DeploymentSpec": {
        1: ("replicas", _number, _One),
        2: ("selector", _message("LabelSelector"), _One),
        3: ("template", _message("PodTemplateSpec"), _One),
        4: ("strategy", _message("DeploymentStrategy"), _One),
        5: ("minReadySeconds", _number, _One),
        6: ("revisionHistoryLimit", _number, _One),
        7: ("paused", _flag, _One),
        9: ("progressDeadlineSeconds", _number, _One),
    },
    "DeploymentStrategy": {
        1: ("type", _text, _One),
        2: ("rollingUpdate", _message("RollingUpdateDeployment"), _One),
    },
    "RollingUpdateDeployment": {
        1: ("maxUnavailable", _int_or_string, _One),
        2: ("maxSurge", _int_or_string, _One),
    },
    "DeploymentStatus": {
        1: ("observedGeneration", _number, _One),
        2: ("replicas", _number, _One),
        3: ("updatedReplicas", _number, _One),
        4: ("availableReplicas", _number, _One),
        5: ("unavailableReplicas", _number, _One),
        7: ("readyReplicas", _number, _One),
    },
    "LabelSelector": {1: ("matchLabels", _map(_text), _Merged)},
    "PodTemplateSpec": {
        1: ("metadata", _message("ObjectMeta"), _One),
        2: ("spec", _message("PodSpec"), _One),
    },
    "PodSpec": {
        2: ("containers", _message("Container"), _Many),
        3: ("restartPolicy", _text, _One),
        4: ("terminationGracePeriodSeconds", _number, _One),
        6: ("dnsPolicy", _text, _One),
        7: ("nodeSelector", _map(_text), _Merged),
        8: ("serviceAccountName", _text, _One),
        9: ("serviceAccount", _text, _One),
        10: ("nodeName", _text, _One),
        11: ("hostNetwork", _flag, _One),
        12: ("hostPID", _flag, _One),
        13: ("hostIPC", _flag, _One),
        15: ("imagePullSecrets", _message("LocalObjectReference"), _Many),
        16: ("hostname", _text, _One),
        17: ("subdomain", _text, _One),
        19: ("schedulerName", _text, _One),
    },
    "Container": {
        1: ("name", _text, _One),
        2: ("image", _text, _One),
        3: ("command", _text, _Many),
        4: ("args", _text, _Many),
        5: ("workingDir", _text, _One),
        6: ("ports", _message("ContainerPort"), _Many),
        7: ("env", _message("EnvVar"), _Many),
        8: ("resources", _message("ResourceRequirements"), _One),
        13: ("terminationMessagePath", _text, _One),
        14: ("imagePullPolicy", _text, _One),
        16: ("stdin", _flag, _One),
        17: ("stdinOnce", _flag, _One),
        18: ("tty", _flag, _One),
        20: ("terminationMessagePolicy", _text, _One),
    },
    "ContainerPort": {
        1: ("name", _text, _One),
        2: ("hostPort", _number, _One),
        3: ("containerPort", _number, _One),
        4: ("protocol", _text, _One),
        5: ("hostIP", _text, _One),
    },
    "EnvVar": {1: ("name", _text, _One), 2: ("value", _text, _One)},
    "ResourceRequirements": {
        1: ("limits", _map(_quantity), _Merged),
        2: ("requests", _map(_quantity), _Merged),
    },
    "ObjectMeta": {
        1: ("name", _text, _One),
        2: ("generateName", _text, _One),
        3: ("namespace", _text, _One),
        4: ("selfLink", _text, _One),
        5: ("uid", _text, _One),
        6: ("resourceVersion", _text, _One),
        7: ("generation", _number, _One),
        8: ("creationTimestamp", _time, _One),
        11: ("labels", _map(_text), _Merged),
        12: ("annotations", _map(_text), _Merged),
        14: ("finalizers", _text, _Many),
    },
    "TokenRequest": {
        1: ("metadata", _message("ObjectMeta"), _One),
        2: ("spec", _message("TokenRequestSpec"), _One),
        3: ("status", _message("TokenRequestStatus"), _One),
    },
    "TokenRequestSpec": {
        1: ("audiences", _text, _Many),
        3: ("boundObjectRef", _message("BoundObjectReference"), _One),
        4: ("expirationSeconds", _number, _One),
    },
    "BoundObjectReference": {
        1: ("kind", _text, _One),
        2: ("apiVersion", _text, _One),
        3: ("name", _text, _One),
        4: ("uid", _text, _One),
    },
    "TokenRequestStatus": {
        1: ("token", _text, _One),
        2: ("expirationTimestamp", _time, _One),
    },
    "DeleteOptions": {
        1: ("gracePeriodSeconds", _number, _One),
        2: ("preconditions", _message("Preconditions"), _One),
        3: ("orphanDependents", _flag, _One),
        4: ("propagationPolicy", _text, _One),
        5: ("dryRun", _text, _Many),
    },
    "Preconditions": {1: ("uid", _text, _One), 2: ("resourceVersion", _text, _One)},
}


def read_protobuf(body: bytes) -> dict[str, Any]:
    """Return the object of a protobuf body.

    Raises:
        StatusError: It is no such body, or holds what the tables do not.
    """
    try:
        envelope = dict(_fields(body.removeprefix(_MAGIC)))
        kind = dict(_fields(bytes(envelope[1])))
        api_version, name = _text(bytes(kind[1])), _text(bytes(kind[2]))
        value = _read(name, bytes(envelope.get(2, b"")))
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise bad_request(f"the protobuf body cannot be read: {error!r}") from error
    return {"apiVersion": api_version, "kind": name, **value}


def _read(name: str, data: bytes) -> dict[str, Any]:
    if name not in _TYPES:
        raise _not_understood(f"a {name}")
    value: dict[str, Any] = {}
    for number, raw in _fields(data):
        if number not in _TYPES[name]:
            if not raw:
                continue
            raise _not_understood(f"field {number} of {name}")
        field, decode, times = _TYPES[name][number]
        _put(value, field, decode(raw), times)
    return value


def _put(value: dict[str, Any], field: str, item: Json, times: str) -> None:
    if times == _Many:
        value.setdefault(field, []).append(item)
    elif times == _Merged:
        value.setdefault(field, {}).update(item)
    elif item not in ("", None):  # Go's zero values mean that the field is not set
        value[field] = item


def _not_understood(what: str) -> StatusError:
    message = f"the emulator does not understand {what} in protobuf; send JSON instead"
    return StatusError(415, "UnsupportedMediaType", message)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield field numbers and raw values: numbers, or bytes for all that has a length.

    https://protobuf.dev/programming-guides/encoding/
    """
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, position = _varint(data, position)
            yield number, value
            continue
        if wire_type == _BYTES:
            length, position = _varint(data, position)
        elif wire_type in (_FIXED64, _FIXED32):
            length = 8 if wire_type == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire_type}")
        yield number, data[position : position + length]
        position += length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return value, position
        shift += 7
