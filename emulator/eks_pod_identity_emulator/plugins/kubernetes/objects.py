"""Kubernetes objects as Pulumi keeps them: names, the program's part, and what must be patched.

Pure. The state of an object is what the API server tells, with the program's arguments beside it
under `__inputs`, as the real provider's "checkpoint object".
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.kubernetes.kinds import Kind
from eks_pod_identity_emulator.plugins.naming import NameProposal, NameRule
from eks_pod_identity_emulator.plugins.values import UNKNOWN, PropertyMap, Value

INPUTS = "__inputs"
_API_VERSION = "__initialApiVersion"
_MANAGER = "__fieldManager"
_AUTONAMED = "pulumi.com/autonamed"
_SKIP_AWAIT = "pulumi.com/skipAwait"
_PROPAGATION = "pulumi.com/deletionPropagationPolicy"
_TIMEOUT = "pulumi.com/timeoutSeconds"
_FORCE = "pulumi.com/patchForce"
_NAMES = NameRule(random=8)
# What the API server writes into metadata, so that an import leaves it out.
_SERVER_METADATA = frozenset(
    {"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"}
)


def completed(kind: Kind, news: PropertyMap) -> PropertyMap:
    """Return arguments with the kind's own names and a metadata object."""
    constants = {"apiVersion": kind.api_version, "kind": kind.name}
    return {**news, **constants, "metadata": news.get("metadata", {})}


def named(
    value: PropertyMap,
    olds: PropertyMap,
    logical: str,
    seed: bytes,
    proposal: NameProposal | None,
) -> PropertyMap:
    """Give an object a name if it has none: its old one if that was given here too.

    Raises:
        AutonamingError: The stack switches autonaming off.
    """
    if is_named(value):
        return value
    metadata = value["metadata"]
    old = olds.get("metadata") or {}
    name = old["name"] if is_autonamed(olds) else _NAMES.name(logical, seed, proposal)
    return {**value, "metadata": _marked({**metadata, "name": name})}


def is_named(value: PropertyMap) -> bool:
    """Tell whether a program names its object, or will."""
    metadata = value["metadata"]
    return metadata is UNKNOWN or metadata.get("name") is not None


def _marked(metadata: PropertyMap) -> PropertyMap:
    annotations = metadata.get("annotations", {})
    if annotations is UNKNOWN:
        return metadata
    return {**metadata, "annotations": {**annotations, _AUTONAMED: "true"}}


def is_autonamed(value: Mapping[str, Any]) -> bool:
    """Tell whether an object's name was given here, not by the program."""
    return annotation(value, _AUTONAMED) == "true"


def annotation(value: Mapping[str, Any], name: str) -> str:
    """Return an annotation; empty if there is none."""
    metadata = value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return str(annotations.get(name, "")) if isinstance(annotations, Mapping) else ""


def skips_waiting(value: Mapping[str, Any]) -> bool:
    """Tell whether the program does not want to wait for an object."""
    return annotation(value, _SKIP_AWAIT) == "true"


def forces_patch(value: Mapping[str, Any]) -> bool:
    """Tell whether the program takes what other managers wrote otherwise."""
    return annotation(value, _FORCE) == "true"


def propagation_policy(value: Mapping[str, Any]) -> str:
    """Return how the deletion of an object reaches what it owns."""
    return (annotation(value, _PROPAGATION) or "foreground").capitalize()


def timeout_seconds(value: Mapping[str, Any]) -> float:
    """Return how long an object may take by its own annotation; 0 if it does not say."""
    try:
        return float(annotation(value, _TIMEOUT) or 0)
    except ValueError:
        return 0.0


def placed(kind: Kind, value: PropertyMap, namespace: str) -> PropertyMap:
    """Put an object that names no namespace into the provider's."""
    metadata = value["metadata"]
    if not kind.namespaced or metadata is UNKNOWN or metadata.get("namespace") is not None:
        return value
    return {**value, "metadata": {**metadata, "namespace": namespace}}


def place_of(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return an object's namespace and name."""
    metadata = value.get("metadata") or {}
    return str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def id_of(kind: Kind, value: Mapping[str, Any]) -> str:
    """Return the id of an object: its name, after its namespace if it lives in one."""
    namespace, name = place_of(value)
    return f"{namespace}/{name}" if kind.namespaced else name


def parse_id(kind: Kind, object_id: str) -> tuple[str, str]:
    """Return namespace and name of an id; without a namespace the default one is meant."""
    namespace, slash, name = object_id.rpartition("/")
    return (namespace if slash else "default", name) if kind.namespaced else ("", name)


def checkpoint(
    live: Mapping[str, Any], inputs: PropertyMap, state: Mapping[str, Any], manager: str
) -> PropertyMap:
    """Return the state of an object."""
    kept = {
        _API_VERSION: state.get(_API_VERSION, live.get("apiVersion")),
        _MANAGER: state.get(_MANAGER, manager),
    }
    return {**live, INPUTS: inputs, **kept}


def manager_of(state: Mapping[str, Any]) -> str:
    """Return the name under which an object's fields were written."""
    return str(state[_MANAGER])


def bare(kind: Kind, value: Mapping[str, Any]) -> PropertyMap:
    """Return what names an object, and nothing else of it."""
    namespace, name = place_of(value)
    placed_in = {"namespace": namespace} if kind.namespaced else {}
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "metadata": {"name": name, **placed_in},
    }


def live_part(state: Mapping[str, Any]) -> PropertyMap:
    """Return what the API server told of an object."""
    return {k: v for k, v in state.items() if k not in {INPUTS, _API_VERSION, _MANAGER}}


def pruned(live: Value, inputs: Value) -> Value:
    """Return the part of a live value that a program's arguments have."""
    if isinstance(live, dict) and isinstance(inputs, dict):
        return {name: pruned(live[name], item) for name, item in inputs.items() if name in live}
    if isinstance(live, list) and isinstance(inputs, list):
        wanted = [*inputs, *[None] * len(live)]
        return [pruned(item, wanted[at]) for at, item in enumerate(live)]
    return live


def importable(kind: Kind, live: PropertyMap) -> PropertyMap:
    """Return the arguments that would make an object, without what the API server wrote."""
    part = {name: value for name, value in live.items() if name in kind.shape.settable}
    metadata = live.get("metadata", {})
    return {
        **part,
        "metadata": {name: v for name, v in metadata.items() if name not in _SERVER_METADATA},
    }


def merge_patch(live: Value, inputs: Value, news: PropertyMap) -> PropertyMap:
    """Return the merge patch after which a live object has the new arguments.

    Args:
        live: The object now; fields that the program never named are left alone.
        inputs: The program's arguments so far; what is no longer given is removed.
        news: The program's arguments now.
    """
    before = inputs if isinstance(inputs, dict) else {}
    patch: PropertyMap = {}
    for name, wanted in news.items():
        has = live.get(name)
        if isinstance(wanted, dict) and isinstance(has, dict):
            part = merge_patch(has, before.get(name), wanted)
            patch |= {name: part} if part else {}
        elif not _satisfies(has, wanted):
            patch[name] = wanted
    gone = (name for name in before if name not in news and name in live)
    return patch | dict.fromkeys(gone)


def _satisfies(has: Value, wanted: Value) -> bool:
    """Tell whether a live value has all that is wanted; the server may have added defaults."""
    if isinstance(has, dict) and isinstance(wanted, dict):
        return all(_satisfies(has.get(name), item) for name, item in wanted.items())
    if isinstance(has, list) and isinstance(wanted, list):
        pairs = zip(has, wanted, strict=False)
        return len(has) == len(wanted) and all(_satisfies(one, other) for one, other in pairs)
    return bool(has == wanted)
