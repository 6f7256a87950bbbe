"""Server-side apply, simplified: what a manager applies is merged, what it no longer says goes.

The API server records in each field who applied it; here each manager's last word is kept whole.
Who else wrote a field is in `owners`.
https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.patch import MERGE_KEYS, strategic_merge_patch
from eks_pod_identity_emulator.kubernetes.store import Object

MEDIA_TYPE = "application/apply-patch+yaml"


class Appliers:
    """Remembers what each manager applied to each object."""

    def __init__(self) -> None:
        self._applied: dict[tuple[str, str], Object] = {}

    def merged(self, observed: Object, applied: Object, manager: str) -> dict[str, Any]:
        """Return an object after a manager applied its view of it."""
        before = self._applied.get((observed["metadata"]["uid"], manager), {})
        return strategic_merge_patch(_without(observed, before, applied), applied)

    def remember(self, kept: Object, applied: Object, manager: str) -> None:
        """Note what a manager applied, for the next time."""
        self._applied[kept["metadata"]["uid"], manager] = applied


def _without(observed: Json, before: Json, after: Json) -> Json:
    """Return a value without what was said before and is said no more; others' parts of it stay."""
    if isinstance(observed, Mapping) and isinstance(before, Mapping) and isinstance(after, Mapping):
        kept = {
            name: _member(name, item, before[name], after.get(name)) if name in before else item
            for name, item in observed.items()
        }
        return {name: item for name, item in kept.items() if item is not None}
    return observed


def _member(name: str, item: Json, before: Json, after: Json) -> Json:
    """Return a member that was said before; None if nothing is left of it."""
    key = MERGE_KEYS.get(name)
    if key and isinstance(item, list) and isinstance(before, list):
        return _entries(key, item, before, after if isinstance(after, list) else []) or after
    if isinstance(item, Mapping) and isinstance(before, Mapping):
        return _without(item, before, after if isinstance(after, Mapping) else {}) or after
    return None if after is None else item


def _entries(key: str, items: list[Any], before: list[Any], after: list[Any]) -> list[Json]:
    said_before = {one[key]: one for one in before}
    said = {one[key]: one for one in after}
    return [
        _without(one, said_before.get(one[key], {}), said.get(one[key], {}))
        for one in items
        if one[key] in said or one[key] not in said_before
    ]
