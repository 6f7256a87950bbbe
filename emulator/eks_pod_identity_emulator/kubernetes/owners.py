"""Who wrote each field of an object, as far as server-side apply asks: for conflicts.

A field belongs to the manager that gave it its value; who applies another one without force is
refused. Lists with a merge key are fields by entry, other lists are one field. Unlike an API
server this does not tell a manager's updates from what it applies, and shows no managedFields.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.patch import MERGE_KEYS
from eks_pod_identity_emulator.kubernetes.store import Object

Path: TypeAlias = tuple[str, ...]

# What names an object, and what controllers report; of the metadata only what users write counts.
_NOBODYS = frozenset({"apiVersion", "kind", "status"})


class FieldOwners:
    """Remembers the writers of all fields, by the objects' uids."""

    def __init__(self) -> None:
        self._owners: dict[str, dict[Path, frozenset[str]]] = {}

    def wrote(self, before: Object, after: Object, manager: str) -> None:
        """Note that a manager made one object of another; `before` is empty for a new one."""
        old, new = dict(_fields(before)), dict(_fields(after))
        known = self._owners.get(after["metadata"]["uid"], {})
        self._owners[after["metadata"]["uid"]] = {
            path: known.get(path, frozenset({manager}))
            if path in old and old[path] == value
            else frozenset({manager})
            for path, value in new.items()
        }

    def applied(self, kept: Object, said: Object, manager: str) -> None:
        """Note that a manager stands for all that it said, beside others, and for nothing else."""
        owners = dict(self._owners.get(kept["metadata"]["uid"], {}))
        paths = {path for path, _ in _fields(said)}
        for path in {*owners, *paths}:
            others = owners.get(path, frozenset()) - {manager}
            owners[path] = others | {manager} if path in paths else others
        self._owners[kept["metadata"]["uid"]] = owners

    def conflicts(self, observed: Object, said: Object, manager: str) -> list[tuple[str, str]]:
        """Return, for each field that others gave another value, one of them and the field."""
        values = dict(_fields(observed))
        owners = self._owners.get(observed["metadata"]["uid"], {})
        found = []
        for path, value in _fields(said):
            others = owners.get(path, frozenset()) - {manager}
            if others and path in values and values[path] != value:
                found.append((min(others), _text(path)))
        return sorted(found)


def _fields(value: Object) -> Iterator[tuple[Path, Json]]:
    metadata = value.get("metadata") or {}
    own = {name: metadata[name] for name in ("labels", "annotations") if metadata.get(name)}
    rest = {name: item for name, item in value.items() if name not in {*_NOBODYS, "metadata"}}
    yield from _leaves({"metadata": own, **rest}, ())


def _leaves(value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    key = MERGE_KEYS.get(path[-1].removeprefix(".")) if path else None
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, (*path, f".{name}"))
    elif isinstance(value, list) and key and all(key in one for one in value):
        for one in value:
            yield from _leaves(one, (*path, f'[{key}="{one[key]}"]'))
    else:
        yield path, value


def _text(path: Path) -> str:
    return "".join(path)
