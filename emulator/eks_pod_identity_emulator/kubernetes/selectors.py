"""Label and field selectors, as in `app in (web, api),!legacy` and `metadata.name=web`."""

import re
from collections.abc import Callable, Iterable

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.refusals import bad_request
from eks_pod_identity_emulator.kubernetes.store import Object

Test = Callable[[Object], bool]

_COMMA = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"\s*(\S+)\s+(in|notin)\s+\(([^()]*)\)\s*")
_EQUALITY = re.compile(r"\s*([^\s!=,]+)\s*(!=|==|=)\s*([^\s!=,]*)\s*")
_EXISTENCE = re.compile(r"\s*(!?)\s*([^\s!=,()]+)\s*")
_FIELDS = frozenset(
    {"metadata.name", "metadata.namespace", "spec.serviceAccountName", "status.phase"}
)


def label_test(selector: str) -> Test:
    """Return what tells whether an object's labels fit a selector.

    Raises:
        StatusError: The selector cannot be read.
    """
    tests = [_requirement(part) for part in _COMMA.split(selector) if part.strip()]
    return lambda value: all(test(value["metadata"].get("labels") or {}) for test in tests)


def _requirement(text: str) -> Callable[[dict[str, str]], bool]:
    if found := _SET.fullmatch(text):
        key, wants_in = found[1], found[2] == "in"
        values = {value.strip() for value in found[3].split(",")}
        return lambda labels: (labels.get(key) in values) == wants_in
    if found := _EQUALITY.fullmatch(text):
        key, wants_same, value = found[1], found[2] != "!=", found[3]
        return lambda labels: (labels.get(key) == value) == wants_same
    if found := _EXISTENCE.fullmatch(text):
        key, wants_it = found[2], not found[1]
        return lambda labels: (key in labels) == wants_it
    raise bad_request(f"unable to parse requirement: {text.strip()!r}")


def field_test(selector: str) -> Test:
    """Return what tells whether an object's fields fit a selector.

    Raises:
        StatusError: The selector cannot be read, or names a field that cannot be selected by.
    """
    tests = [_field_requirement(part) for part in selector.split(",") if part.strip()]
    return lambda value: all(test(value) for test in tests)


def _field_requirement(text: str) -> Test:
    found = _EQUALITY.fullmatch(text)
    if found is None or found[1] not in _FIELDS:
        raise bad_request(f"field label not supported: {text.strip()}")
    path, wants_same, wanted = found[1].split("."), found[2] != "!=", found[3]
    return lambda value: (_at(value, path) == wanted) == wants_same


def _at(value: Json, path: Iterable[str]) -> Json:
    for name in path:
        value = value.get(name, {})
    return value or ""


def matches_labels(match_labels: dict[str, str], labels: dict[str, str]) -> bool:
    """Say whether labels hold all that a workload's selector asks for."""
    return all(labels.get(key) == value for key, value in match_labels.items())
