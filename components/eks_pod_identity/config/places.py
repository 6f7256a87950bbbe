"""Paths into the file, how they are written, and where in the text they stand.

A path is a tuple of keys and indices: `("addons", 2, "podIdentityAssociations")` is written
`addons[2].podIdentityAssociations`. Goes in: a tree of located values. Comes out: Place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Place

Path: TypeAlias = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+|<<")


@dataclass(frozen=True, slots=True)
class Located:
    """A value of the file and where it begins.

    Attributes:
        value: Plain data: mappings, lists, text, PlainScalar, None.
        place: Where the value begins.
        children: By key or index, where the child is named (its key, or the item itself), and the
            child.
    """

    value: Any
    place: Place
    children: Mapping[str | int, tuple[Place, "Located"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Places:
    """Looks up where a path stands; values that came from Python stand nowhere.

    Attributes:
        root: The file's content, or None for values from Python.
        origin: Put in front of each address, for values from Python: the argument's name.
    """

    root: Located | None = None
    origin: str = ""

    def address(self, path: Path) -> str:
        """Return a path in the user's spelling."""
        address = self.origin
        for part in path:
            if isinstance(part, int):
                address += f"[{part}]"
            elif _BARE_KEY.fullmatch(part):
                address += f".{part}" if address else part
            else:
                address += f"[{quoted(part)}]"
        return address

    def place(self, path: Path) -> Place | None:
        """Return where a path stands, or the nearest thing around it that is in the file."""
        if self.root is None:
            return None
        place, located = self.root.place, self.root
        for part in path:
            if part not in located.children:
                break
            place, located = located.children[part]
        return place

    def places(self, *paths: Path) -> tuple[Place, ...]:
        """Return where paths stand, in file order, noted with the last key if there are several."""
        found = [(path, self.place(path)) for path in paths]
        if len(found) == 1:
            return tuple(place for _, place in found if place)
        noted = (replace(place, note=self._note(path)) for path, place in found if place)
        return tuple(sorted(noted))

    def _note(self, path: Path) -> str:
        return path[-1] if path and isinstance(path[-1], str) else self.address(path)
