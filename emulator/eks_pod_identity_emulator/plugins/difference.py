"""What differs between the state of a resource and what is planned for it, path by path.

What goes in: two property maps and which lists are sets, which properties are compared by meaning.
What comes out: one `Step` per differing path, as the bridged providers report it. Replacement is
not decided here.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from eks_pod_identity_emulator.plugins.paths import Path, without_indexes
from eks_pod_identity_emulator.plugins.values import RESERVED, UNKNOWN, Value

Same = Callable[[Value, Value], bool]


class Step(Enum):
    """What happens to one property."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


class Comparison:
    """Compares property maps.

    Args:
        sets: Properties whose lists have no order, by their names joined with dots.
        same: Properties that are compared by meaning, such as policy documents.
        is_absent: Tells which values mean "not given".
    """

    def __init__(
        self,
        sets: frozenset[str],
        same: Mapping[str, Same],
        is_absent: Callable[[Value], bool] | None = None,
    ) -> None:
        self._sets = sets
        self._same = same
        self._is_absent = is_absent or is_zero

    def differences(
        self, prior: Mapping[str, Value], planned: Mapping[str, Value]
    ) -> dict[Path, Step]:
        """Return every path at which the planned values are not the prior ones."""
        return dict(self._object((), prior, planned))

    def equal(self, path: Path, prior: Value, planned: Value) -> bool:
        """Tell whether two values of one property mean the same."""
        return next(self._value(path, prior, planned), None) is None

    def _value(self, path: Path, prior: Value, planned: Value) -> Iterator[tuple[Path, Step]]:
        if planned is UNKNOWN:
            yield path, Step.ADD if self._is_absent(prior) else Step.UPDATE
        elif self._is_absent(prior) or self._is_absent(planned):
            yield from self._presence(path, prior, planned)
        elif isinstance(prior, Mapping) and isinstance(planned, Mapping):
            yield from self._object(path, prior, planned)
        elif isinstance(prior, list) and isinstance(planned, list):
            compare = self._set if without_indexes(path) in self._sets else self._list
            yield from compare(path, prior, planned)
        elif not self._means_the_same(path, prior, planned):
            yield path, Step.UPDATE

    def _presence(self, path: Path, prior: Value, planned: Value) -> Iterator[tuple[Path, Step]]:
        if not self._is_absent(planned):
            yield path, Step.ADD
        elif not self._is_absent(prior):
            yield path, Step.DELETE

    def _means_the_same(self, path: Path, prior: Value, planned: Value) -> bool:
        same = self._same.get(without_indexes(path))
        return prior == planned or (same is not None and same(prior, planned))

    def _object(
        self, path: Path, prior: Mapping[str, Value], planned: Mapping[str, Value]
    ) -> Iterator[tuple[Path, Step]]:
        for name in sorted({*prior, *planned}):
            if name not in RESERVED:
                yield from self._value((*path, name), prior.get(name), planned.get(name))

    def _list(
        self, path: Path, prior: list[Value], planned: list[Value]
    ) -> Iterator[tuple[Path, Step]]:
        for at in range(max(len(prior), len(planned))):
            yield from self._value((*path, at), _item(prior, at), _item(planned, at))

    def _set(
        self, path: Path, prior: list[Value], planned: list[Value]
    ) -> Iterator[tuple[Path, Step]]:
        """Match members by meaning; what stays unmatched is added, removed or both at one index."""
        removed = self._unmatched(path, prior, planned)
        added = self._unmatched(path, planned, prior)
        for at in sorted({*removed, *added}):
            if at in removed and at in added:
                yield from self._value((*path, at), prior[at], planned[at])
            else:
                yield (*path, at), Step.ADD if at in added else Step.DELETE

    def _unmatched(self, path: Path, these: list[Value], those: list[Value]) -> set[int]:
        return {
            at
            for at, item in enumerate(these)
            if not any(self.equal((*path, at), other, item) for other in those)
        }


def is_zero(value: Value) -> bool:
    """Tell whether a value is a zero value, which Terraform holds for the same as none."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _item(items: list[Value], at: int) -> Value:
    return items[at] if at < len(items) else None
