"""The calls of one kind of caller: their unknowns, in one order, and the texts of their keys.

In: a setting. Out: unknowns, each made once for its name. Unknowns of a call come first, then
comparisons of two values, then what no document tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from eks_pod_identity.access.bounds import MAX_LOOKS, TooLargeError
from eks_pod_identity.access.clause import EMPTY, Box, Formula, one, present
from eks_pod_identity.access.domains import TEXT, Domain
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.unknown import Span, Unknown

Text: TypeAlias = tuple[str | Unknown, ...]
"""A key's value: words and unknowns, one after another."""


class Order(IntEnum):
    """The groups of unknowns; the rank of an unknown begins with its group's."""

    CALL = 0  # what a call is made of
    KEY = 10_000  # keys that stand by themselves
    CHOICE = 20_000  # what a caller chooses and is looked at as a whole only
    FACT = 30_000  # whether two values are equal
    UNTOLD = 40_000  # what AWS does not document, and what is not known


@dataclass(frozen=True)
class Value:
    """What a key holds.

    Attributes:
        texts: Its value; several for a key of several values.
        gates: When it is there at all.
        several: Whether the key is one of several values.
    """

    texts: tuple[Text, ...]
    gates: Box = EMPTY
    several: bool = False


@dataclass(frozen=True)
class Chosen:
    """A list that the caller writes himself: any condition on it holds if he likes.

    Attributes:
        gates: When it is there at all.
    """

    gates: Box = EMPTY


@dataclass(frozen=True)
class Entries:
    """A list of known entries: always there, or if the caller likes.

    Attributes:
        texts: The entries, each with when it is there; at least one always is.
        gates: When the list is there at all.
    """

    texts: tuple[tuple[str, Box], ...]
    gates: Box = EMPTY


Reading: TypeAlias = Value | Chosen | Entries | None
"""What a key holds; None if the call never has it."""


@dataclass(eq=False)
class Space:
    """The unknowns of the calls of one kind of caller.

    Attributes:
        setting: Where the role lives.
        written: Keys as policies write them, by the key in lower case.
        unknowns: By rank.
    """

    setting: Setting
    written: dict[str, str] = field(default_factory=dict)
    unknowns: dict[int, Unknown] = field(default_factory=dict)
    _named: dict[tuple[Order, object], Unknown] = field(default_factory=dict)
    _left: int = MAX_LOOKS

    def word(
        self,
        name: str,
        domain: Domain,
        *,
        optional: bool = False,
        excluded: frozenset[str] = frozenset(),
        order: Order = Order.CALL,
    ) -> Unknown:
        """Return the unknown of a name; of these values, when it is first asked for."""
        key = (order, name)
        if key not in self._named:
            rank = self._rank(order)
            self._add(key, Unknown(name, rank, domain, optional, excluded))
        return self._named[key]

    def line(self, name: str, line: Span, *, optional: bool = False) -> Unknown:
        """Return the unknown of a time or an address."""
        key = (Order.KEY, name)
        if key not in self._named:
            self._add(key, Unknown(name, self._rank(Order.KEY), line=line, optional=optional))
        return self._named[key]

    def flag(self, name: str, order: Order = Order.CALL, identity: object = None) -> Unknown:
        """Return the unknown of a yes or no; of one name there may be several."""
        key = (order, identity or name)
        if key not in self._named:
            self._add(key, Unknown(name, self._rank(order)))
        return self._named[key]

    def spelling(self, key: str) -> str:
        """Return a key as the policy writes it."""
        return self.written.get(key, key)

    def free_key(self, key: str, order: Order) -> Value:
        """Return a key of which only its name is known."""
        return optional_value(self.word(self.spelling(key), TEXT, optional=True, order=order))

    def fact(self, left: Unknown, right: Unknown) -> Formula:
        """Return whether two unknowns have the same value."""
        first, second = sorted((left, right), key=lambda each: each.rank)
        name = f"{second.name} = {first.name}"
        return one(present(self.flag(name, Order.FACT, (first.rank, second.rank))))

    def untold(self, name: str, identity: object) -> Formula:
        """Return what depends on something that is not known."""
        return one(present(self.flag(name, Order.UNTOLD, identity)))

    def chosen(self, name: str, identity: object) -> Formula:
        """Return what the caller may choose."""
        return one(present(self.flag(name, Order.CHOICE, identity)))

    def facts(self) -> Iterator[tuple[Unknown, Unknown, Unknown]]:
        """Yield each comparison of two unknowns with the two."""
        for (order, identity), flag in self._named.items():
            if order is Order.FACT and isinstance(identity, tuple):
                yield flag, self.unknowns[identity[0]], self.unknowns[identity[1]]

    def spend(self, effort: int) -> None:
        """Count the items of patterns that were looked at.

        Raises:
            TooLargeError: They are too many.
        """
        self._left -= effort
        if self._left < 0:
            raise TooLargeError("patterns over several parts of a key")

    def _rank(self, order: Order) -> int:
        return int(order) + len(self.unknowns)

    def _add(self, key: tuple[Order, object], unknown: Unknown) -> None:
        self._named[key] = unknown
        self.unknowns[unknown.rank] = unknown


def optional_value(unknown: Unknown, *gates: Unknown) -> Value:
    """Return the value of a key that is one unknown, there only if it and the gates are."""
    needed = (*gates, unknown) if unknown.optional else gates
    return Value(((unknown,),), frozenset(map(present, needed)))


def several(texts: Iterator[Text] | tuple[Text, ...], *gates: Unknown) -> Value:
    """Return the value of a key of several values."""
    return Value(tuple(texts), frozenset(map(present, gates)), several=True)


def constant(text: str, *gates: Unknown) -> Value:
    """Return the value of a key that is always the same."""
    return Value(((text,),), frozenset(map(present, gates)))
