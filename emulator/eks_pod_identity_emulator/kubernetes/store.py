"""The objects of one cluster: kept by kind, namespace and name, with versions and their history.

Objects are never changed in place; a change stores another one. Used from one thread.
"""

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.kubernetes.kinds import Kind
from eks_pod_identity_emulator.kubernetes.refusals import (
    StatusError,
    already_exists,
    conflict,
    not_found,
)

Object = Mapping[str, Any]

_HISTORY = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a cluster's history: ADDED, MODIFIED or DELETED, as watches tell it."""

    version: int
    verb: str
    kind: Kind
    value: Object


class ObjectStore:
    """Objects with resource versions, and the changes that watches wait for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._objects: dict[Kind, dict[tuple[str, str], Object]] = {}
        self._changes: deque[Change] = deque(maxlen=_HISTORY)
        self._listeners: list[Callable[[], None]] = []
        self.version = 1

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return an object, or None."""
        return self._objects.get(kind, {}).get((namespace, name))

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Return an object.

        Raises:
            StatusError: There is none of that name.
        """
        found = self.find(kind, namespace, name)
        if found is None:
            raise not_found(kind, name)
        return found

    def all(self, kind: Kind, namespace: str = "") -> list[Object]:
        """Return the objects of a namespace, or of all, in the order of their names."""
        found = self._objects.get(kind, {})
        return [found[key] for key in sorted(found) if namespace in ("", key[0])]

    def add(self, kind: Kind, value: Object) -> Object:
        """Keep a new object under its namespace and name.

        Raises:
            StatusError: There is one already.
        """
        metadata = value["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        if key in self._objects.get(kind, {}):
            raise already_exists(kind, metadata["name"])
        born = {
            "uid": str(uuid.uuid4()),
            "creationTimestamp": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return self._keep("ADDED", kind, {**value, "metadata": {**metadata, **born}})

    def put(self, kind: Kind, value: Object) -> Object:
        """Keep another version of an object; its birth stays as it was.

        Raises:
            StatusError: It is gone, or the version it was made from is not the last.
        """
        metadata = value["metadata"]
        kept = self.get(kind, metadata.get("namespace", ""), metadata["name"])["metadata"]
        if metadata.get("resourceVersion") not in (None, "", kept["resourceVersion"]):
            raise conflict(kind, metadata["name"])
        if metadata.get("uid") not in (None, "", kept["uid"]):
            raise conflict(kind, metadata["name"], _other_uid(metadata["uid"], kept["uid"]))
        birth = {name: kept[name] for name in ("uid", "creationTimestamp")}
        return self._keep("MODIFIED", kind, {**value, "metadata": {**metadata, **birth}})

    def remove(self, kind: Kind, value: Object) -> None:
        """Forget an object."""
        metadata = value["metadata"]
        del self._objects[kind][metadata.get("namespace", ""), metadata["name"]]
        self._note("DELETED", kind, value)

    def _keep(self, verb: str, kind: Kind, value: dict[str, Any]) -> Object:
        metadata = {**value["metadata"], "resourceVersion": str(self.version + 1)}
        kept = {**value, "metadata": metadata}
        key = (metadata.get("namespace", ""), metadata["name"])
        self._objects.setdefault(kind, {})[key] = kept
        self._note(verb, kind, kept)
        return kept

    def _note(self, verb: str, kind: Kind, value: Object) -> None:
        self.version += 1
        self._changes.append(Change(self.version, verb, kind, value))
        for listener in self._listeners:
            listener()

    def changes_since(self, version: int) -> Iterator[Change]:
        """Return the changes after a version, oldest first.

        Raises:
            StatusError: They are no longer known.
        """
        if self._changes and version + 1 < self._changes[0].version:
            message = f"too old resource version: {version} ({self._changes[0].version})"
            raise StatusError(410, "Expired", message)
        return iter([change for change in self._changes if change.version > version])

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have a function called at each change; the answer takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _other_uid(given: str, kept: str) -> str:
    return f"Precondition failed: UID in precondition: {given}, UID in object meta: {kept}"
