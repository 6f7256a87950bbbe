"""A mapping of a seed file that knows its own path, for errors that name the key."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")

_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    dict: "a mapping",
    list: "a list",
}


class SeedError(ValueError):
    """A seed file that cannot be used; the text begins with the path of the key."""


class SeedMapping:
    """Hands out typed values by key and refuses the keys that nobody asked for.

    A value that is missing or null takes the default; without a default it is an error.
    """

    def __init__(self, values: object, path: str) -> None:
        self.path = path
        self._values: dict[str, Any] = _of_type(values, dict, path or "seed file")
        self._asked: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text that must be given."""
        value = self.optional_text(key)
        if value is None:
            raise SeedError(f"{self._path(key)}: missing")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None if it is not given."""
        return self._take(key, str)

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of the allowed texts."""
        value = self.optional_text(key) or default
        if value not in allowed:
            raise SeedError(f"{self._path(key)}: {value!r} is none of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false if not given."""
        return self.optional_flag(key) or False

    def optional_flag(self, key: str) -> bool | None:
        """Return true or false, or None if it is not given."""
        return self._take(key, bool)

    def optional_number(self, key: str) -> int | None:
        """Return a whole number above 0, or None if it is not given."""
        value = self._take(key, int)
        if value is not None and (value is True or value <= 0):
            raise SeedError(f"{self._path(key)}: {value!r} is no whole number above 0")
        return value

    def document(self, key: str) -> Mapping[str, Any]:
        """Return a free-form mapping, such as a policy document, that must be given."""
        if self._values.get(key) is None:
            raise SeedError(f"{self._path(key)}: missing")
        return self.optional_document(key)

    def optional_document(self, key: str) -> Mapping[str, Any]:
        """Return a free-form mapping; empty if not given."""
        return MappingProxyType(self._take(key, dict) or {})

    def documents(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """Return a list of free-form mappings, such as manifests; empty if not given."""
        values = self._take(key, list) or []
        return tuple(
            _of_type(value, dict, f"{self._path(key)}[{index}]")
            for index, value in enumerate(values)
        )

    def texts(self, key: str) -> Mapping[str, str]:
        """Return a mapping of texts, such as tags; empty if not given."""
        values = self._take(key, dict) or {}
        return MappingProxyType(
            {
                name: _of_type(value, str, f"{self._path(key)}.{name}")
                for name, value in values.items()
            }
        )

    def text_list(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty if not given."""
        values = self._take(key, list) or []
        return tuple(
            _of_type(value, str, f"{self._path(key)}[{index}]")
            for index, value in enumerate(values)
        )

    def items(self, key: str, build: Callable[["SeedMapping"], T]) -> tuple[T, ...]:
        """Return what `build` makes of each mapping in a list."""
        values = self._take(key, list) or []
        return tuple(
            _built(SeedMapping(value, f"{self._path(key)}[{index}]"), build)
            for index, value in enumerate(values)
        )

    def child(self, key: str) -> "SeedMapping":
        """Return the mapping under a key; an empty one if not given."""
        return SeedMapping(self._take(key, dict) or {}, self._path(key))

    def names(self) -> tuple[str, ...]:
        """Return the keys there are, of a mapping whose keys are names."""
        return tuple(map(str, self._values))

    def children(self, key: str) -> Iterator[tuple[str, "SeedMapping"]]:
        """Yield name and mapping of each member of a mapping of mappings."""
        for name, value in (self._take(key, dict) or {}).items():
            yield str(name), SeedMapping(value, f"{self._path(key)}.{name}")

    def finish(self) -> None:
        """Refuse keys that were never asked for."""
        unknown = [key for key in self._values if key not in self._asked]
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise SeedError(f"{self._path(str(unknown[0]))}: no such key; there are {known}")

    def _take(self, key: str, wanted: type[T]) -> T | None:
        self._asked.add(key)
        value = self._values.get(key)
        return None if value is None else _of_type(value, wanted, self._path(key))

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _built(mapping: SeedMapping, build: Callable[[SeedMapping], T]) -> T:
    value = build(mapping)
    mapping.finish()
    return value


def _of_type(value: object, wanted: type[T], path: str) -> T:
    if not isinstance(value, wanted):
        quote = "; put it in quotes" if wanted is str and isinstance(value, int | float) else ""
        raise SeedError(f"{path}: {value!r} is not {_KINDS[wanted]}{quote}")
    return value
