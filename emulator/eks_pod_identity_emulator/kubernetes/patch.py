"""The three kinds of patch that the API server takes.

JSON patch is RFC 6902, merge patch RFC 7386; strategic merge patch merges lists by the keys that
Kubernetes' own types name.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

import copy
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.refusals import StatusError, bad_request

# `patchMergeKey` of the lists in our kinds, from the types of k8s.io/api; other lists are replaced.
MERGE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "conditions": "type",
        "containers": "name",
        "env": "name",
        "ephemeralContainers": "name",
        "hostAliases": "ip",
        "imagePullSecrets": "name",
        "initContainers": "name",
        "ownerReferences": "uid",
        "ports": "containerPort",
        "secrets": "name",
        "topologySpreadConstraints": "topologyKey",
        "volumeDevices": "devicePath",
        "volumeMounts": "mountPath",
        "volumes": "name",
    }
)
_MERGED_TEXTS = frozenset({"finalizers"})


def merge_patch(value: Json, patch: Json) -> Json:
    """Return a value after a merge patch; null takes a member away."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(value) if isinstance(value, Mapping) else {}
    for name, item in patch.items():
        if item is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), item)
    return merged


def strategic_merge_patch(value: Json, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object after a strategic merge patch."""
    if patch.get("$patch") == "replace":
        return {name: item for name, item in patch.items() if not name.startswith("$")}
    merged = dict(value) if isinstance(value, Mapping) else {}
    for name in _dropped(merged, patch):
        merged.pop(name, None)
    for name, item in patch.items():
        _merge_member(merged, name, item)
    return merged


def _dropped(merged: Mapping[str, Any], patch: Mapping[str, Any]) -> list[str]:
    retained = patch.get("$retainKeys")
    return [] if retained is None else [name for name in merged if name not in retained]


def _merge_member(merged: dict[str, Any], name: str, item: Json) -> None:
    directive, _, target = name.partition("/")
    if directive == "$deleteFromPrimitiveList":
        merged[target] = [one for one in merged.get(target, []) if one not in item]
    elif directive.startswith("$"):
        return
    elif item is None:
        merged.pop(name, None)
    elif isinstance(item, Mapping):
        merged[name] = strategic_merge_patch(merged.get(name), item)
    elif isinstance(item, list):
        merged[name] = _merge_list(name, merged.get(name) or [], item)
    else:
        merged[name] = item


def _merge_list(name: str, value: Sequence[Any], patch: Sequence[Any]) -> list[Any]:
    if name in _MERGED_TEXTS:
        return list(dict.fromkeys([*value, *patch]))
    key = MERGE_KEYS.get(name)
    if key is None or not all(isinstance(item, Mapping) for item in patch):
        return list(patch)
    if any(item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if "$patch" not in item]
    merged = {item.get(key): item for item in value}
    for item in patch:
        if item.get("$patch") == "delete":
            merged.pop(item.get(key), None)
        else:
            merged[item.get(key)] = strategic_merge_patch(merged.get(item.get(key)), item)
    return list(merged.values())


def json_patch(value: Json, operations: Json) -> Json:
    """Return a value after a JSON patch.

    Raises:
        StatusError: The patch cannot be read, or does not fit the value.
    """
    if not isinstance(operations, list):
        raise bad_request("a JSON patch is a list of operations")
    document = {"": copy.deepcopy(value)}
    for operation in operations:
        try:
            _apply(document, operation)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            message = f"the server rejected our request due to an error in our request: {error!r}"
            raise StatusError(422, "Invalid", message) from error
    return document[""]


def _apply(document: dict[str, Any], operation: Mapping[str, Any]) -> None:
    verb, path = operation["op"], _steps(operation["path"])
    match verb:
        case "add":
            _add(document, path, operation["value"])
        case "remove":
            _take(document, path)
        case "replace":
            _take(document, path)
            _add(document, path, operation["value"])
        case "move":
            _add(document, path, _take(document, _steps(operation["from"])))
        case "copy":
            _add(document, path, copy.deepcopy(_at(document, _steps(operation["from"]))))
        case "test":
            if _at(document, path) != operation["value"]:
                raise ValueError(f"{operation['path']} is not {operation['value']!r}")
        case _:
            raise ValueError(f"{verb!r} is no operation")


def _steps(pointer: str) -> list[str]:
    """Return the steps of a JSON pointer, the whole document first."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]


def _at(value: Json, steps: Sequence[str]) -> Json:
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _add(document: Json, steps: Sequence[str], item: Json) -> None:
    parent, last = _at(document, steps[:-1]), steps[-1]
    if isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else int(last), item)
    else:
        parent[last] = item


def _take(document: Json, steps: Sequence[str]) -> Json:
    parent, last = _at(document, steps[:-1]), steps[-1]
    return parent.pop(int(last)) if isinstance(parent, list) else parent.pop(last)
