"""Items in the order they came, found by key and read page by page, at a steady cost."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Table(Generic[T]):
    """A mapping with positions: a page begins after a position, whatever was removed meanwhile."""

    def __init__(self) -> None:
        self._items: dict[str, tuple[int, T]] = {}
        self._positions: list[int] = []
        self._keys: list[str] = []
        self._next = 0

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return (item for _, item in self._items.values())

    def get(self, key: str) -> T | None:
        """Return the item of a key, or None."""
        found = self._items.get(key)
        return None if found is None else found[1]

    def add(self, key: str, item: T) -> None:
        """Put an item at the end; the key must be new."""
        self._items[key] = (self._next, item)
        self._positions.append(self._next)
        self._keys.append(key)
        self._next += 1

    def remove(self, key: str) -> None:
        """Take the item of a key out, if there is one."""
        found = self._items.pop(key, None)
        if found is None:
            return
        index = bisect_left(self._positions, found[0])
        del self._positions[index]
        del self._keys[index]

    def page(self, after: int, size: int) -> tuple[list[T], int | None]:
        """Return up to `size` items past a position, and the position to go on from, if any."""
        start = bisect_right(self._positions, after)
        keys = self._keys[start : start + size]
        items = [self._items[key][1] for key in keys]
        if start + size >= len(self._keys):
            return items, None
        return items, self._positions[start + size - 1]
