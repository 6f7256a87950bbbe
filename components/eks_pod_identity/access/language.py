"""Regular languages as deterministic automata, put together from words, repetition and choice.

In: expressions. Out: an automaton over single characters. The values that AWS and Kubernetes take
for names are such languages; their patterns are given by `domains`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Fragment = Callable[["_Builder", int], int]
"""Adds itself behind a state of an automaton in the making, and returns the state behind it."""


def word(text: str) -> Fragment:
    """Return the language of one word."""

    def add(builder: "_Builder", state: int) -> int:
        for character in text:
            state = builder.move(state, character)
        return state

    return add


def some(characters: str, least: int = 1, most: int | None = 1) -> Fragment:
    """Return words of some characters; without an upper end if `most` is None."""

    def add(builder: "_Builder", state: int) -> int:
        for _ in range(least):
            state = builder.move(state, characters)
        if most is None:
            # A state of its own: looping on the given one would leak into what comes before.
            state, before = builder.state(), state
            builder.skip(before, state)
            builder.loop(state, characters)
            return state
        end = builder.state()
        builder.skip(state, end)
        for _ in range(most - least):
            state = builder.move(state, characters)
            builder.skip(state, end)
        return end

    return add


def sequence(*parts: Fragment) -> Fragment:
    """Return words of one language followed by words of the next."""

    def add(builder: "_Builder", state: int) -> int:
        for part in parts:
            state = part(builder, state)
        return state

    return add


def either(*parts: Fragment) -> Fragment:
    """Return the words of all languages."""

    def add(builder: "_Builder", state: int) -> int:
        end = builder.state()
        for part in parts:
            start = builder.state()
            builder.skip(state, start)
            builder.skip(part(builder, start), end)
        return end

    return add


def repeated(part: Fragment) -> Fragment:
    """Return no word, or words of a language any number of times."""

    def add(builder: "_Builder", state: int) -> int:
        start = builder.state()
        builder.skip(state, start)
        builder.skip(part(builder, start), start)
        end = builder.state()
        builder.skip(start, end)
        return end

    return add


@dataclass
class _Builder:
    """A nondeterministic automaton in the making; state 0 is the first."""

    moves: list[list[tuple[str, int]]] = field(default_factory=lambda: [[]])
    skips: list[list[int]] = field(default_factory=lambda: [[]])

    def state(self) -> int:
        self.moves.append([])
        self.skips.append([])
        return len(self.moves) - 1

    def move(self, state: int, characters: str) -> int:
        self.moves[state].append((characters, self.state()))
        return len(self.moves) - 1

    def loop(self, state: int, characters: str) -> None:
        self.moves[state].append((characters, state))

    def skip(self, state: int, other: int) -> None:
        self.skips[state].append(other)

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            for each in self.skips[waiting.pop()]:
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return frozenset(found)


@dataclass(frozen=True, eq=False)
class Language:
    """A deterministic automaton.

    Attributes:
        rows: For each state the next state by character; state 0 is the first.
        accepting: The states at the end of a word.
        longest: The greatest length of a word; None if there is none.
    """

    rows: tuple[Mapping[str, int], ...]
    accepting: frozenset[int]
    longest: int | None = None

    @classmethod
    def of(cls, expression: Fragment, longest: int | None = None) -> "Language":
        """Return the automaton of an expression."""
        builder = _Builder()
        end = expression(builder, 0)
        return cls(*_determine(builder, end), longest)

    def has(self, text: str) -> bool:
        """Tell whether a text is a word of the language."""
        state = 0
        for character in text:
            following = self.rows[state].get(character)
            if following is None:
                return False
            state = following
        return state in self.accepting and (self.longest is None or len(text) <= self.longest)

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The characters of its words."""
        return frozenset(character for row in self.rows for character in row)

    @cached_property
    def columns(self) -> Mapping[str, tuple[int | None, ...]]:
        """For each character what it does in every state: equal ones are equal letters."""
        return {each: tuple(row.get(each) for row in self.rows) for each in sorted(self.alphabet)}

    def letters(self, written: Iterable[str]) -> tuple[str, ...]:
        """Return one character of each sort, and the written ones by themselves."""
        named = sorted(self.alphabet.intersection(written))
        taken = set(named)
        sorts = {column: each for each, column in self.columns.items() if each not in taken}
        return (*sorts.values(), *named)


def _determine(builder: _Builder, end: int) -> tuple[tuple[Mapping[str, int], ...], frozenset[int]]:
    first = builder.closure([0])
    numbers, waiting = {first: 0}, deque([first])
    rows: list[Mapping[str, int]] = []
    while waiting:
        row: dict[str, int] = {}
        for character, reached in _reached(builder, waiting.popleft()).items():
            states = builder.closure(reached)
            if states not in numbers:
                numbers[states] = len(numbers)
                waiting.append(states)
            row[character] = numbers[states]
        rows.append(row)
    return tuple(rows), frozenset(number for states, number in numbers.items() if end in states)


def _reached(builder: _Builder, states: frozenset[int]) -> dict[str, set[int]]:
    reached: dict[str, set[int]] = {}
    for state in sorted(states):
        for characters, to in builder.moves[state]:
            for character in characters:
                reached.setdefault(character, set()).add(to)
    return reached
