"""Classes: the values of an unknown that no predicate tells apart, with a shortest one of each.

In: an unknown with its predicates. Out: classes. Values that are named are classes by themselves;
only where there are wildcards, domain and patterns are searched side by side, shortest first.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from eks_pod_identity.access.bounds import (
    MAX_AUTOMATON_STEPS,
    MAX_CLASSES,
    MAX_PATTERN_LENGTH,
    TooLargeError,
)
from eks_pod_identity.access.domains import Domain
from eks_pod_identity.access.pattern import Patterns, Shape, shape_of, written_characters
from eks_pod_identity.access.unknown import Unknown

_LONG = 500  # characters of patterns, from which on a step takes longer


class Class(NamedTuple):
    """Values of an unknown that no predicate tells apart.

    Attributes:
        bits: The predicates that hold, by number.
        witness: One of the values; None for the absent one.
        only: Whether it is the only value.
    """

    bits: int
    witness: str | None
    only: bool = False


def classes_of(unknown: Unknown) -> tuple[Class, ...]:
    """Return the classes of an unknown's values, those that are named first.

    Raises:
        TooLargeError: There are more than can be looked at.
    """
    found = tuple(_classes(unknown))
    if len(found) > MAX_CLASSES:
        raise TooLargeError(f"values of {unknown.name}")
    return found


def bits_of(unknown: Unknown, text: str) -> int:
    """Return the predicates that hold of one legal value."""
    matched = Patterns(tuple(unknown.shapes)).match(text)
    named = 1 << unknown.texts[text] if text in unknown.texts else 0
    return 1 | named | _numbered(matched, tuple(unknown.shapes.values()))


def _classes(unknown: Unknown) -> Iterator[Class]:
    if unknown.line is not None:
        yield from _stretches(unknown)
    elif unknown.domain is not None:
        yield from _words(unknown, unknown.domain)
    else:
        yield Class(1, "yes", only=True)
    if unknown.optional or (unknown.domain is None and unknown.line is None):
        yield Class(0, None, only=True)


def _stretches(unknown: Unknown) -> Iterator[Class]:
    """Yield the stretches between the ends of spans, by their first point."""
    first, last = unknown.line or (0, 0)
    ends = {each for low, high in unknown.spans for each in (low, high + 1)}
    for point in sorted({first, *(each for each in ends if first < each <= last)}):
        bits = sum(
            1 << number for (low, high), number in unknown.spans.items() if low <= point <= high
        )
        yield Class(1 | bits, str(point))


def _words(unknown: Unknown, domain: Domain) -> Iterator[Class]:
    patterns = Patterns(tuple(unknown.shapes))
    numbers = tuple(unknown.shapes.values())
    for text, number in unknown.texts.items():
        yield Class(1 | 1 << number | _numbered(patterns.match(text), numbers), text, only=True)
    taken = unknown.excluded.union(unknown.texts)
    for bits, witness in _others(domain, tuple(unknown.shapes), taken):
        yield Class(1 | _numbered(bits, numbers), witness)


def _numbered(bits: int, numbers: Sequence[int]) -> int:
    return sum(1 << number for at, number in enumerate(numbers) if bits >> at & 1)


def _others(
    domain: Domain, shapes: tuple[Shape, ...], taken: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """Yield which shapes match values that are not taken, with a value for each combination."""
    if not shapes and domain.sample not in taken:
        yield 0, domain.sample
        return
    found = _search(domain, shapes)
    # A shortest value that is taken says nothing of the others: tell it apart, and look again.
    apart: list[str] = []
    while collided := [each for each in found.values() if each in taken]:
        apart += collided
        again = _search(domain, (*shapes, *map(shape_of, apart)))
        found = {bits: each for bits, each in again.items() if bits >> len(shapes) == 0}
    sample = Patterns(shapes).match(domain.sample)
    for bits, witness in found.items():
        yield bits, domain.sample if bits == sample and domain.sample not in taken else witness


def _search(domain: Domain, shapes: tuple[Shape, ...]) -> Mapping[int, str]:
    """Return each combination of shapes that some word has, with a shortest such word."""
    found = _searched(domain, shapes)
    if found is None:
        raise TooLargeError(f"patterns of {domain.name}")
    return found


@lru_cache(maxsize=256)  # kinds of caller have the same names, and rules ask again
def _searched(domain: Domain, shapes: tuple[Shape, ...]) -> Mapping[int, str] | None:
    length = sum(map(len, shapes))
    if length > MAX_PATTERN_LENGTH:
        return None
    language, patterns = domain.language, Patterns(shapes)
    letters = language.letters(written_characters(shapes))
    waiting = deque([(0, patterns.start, "")])
    seen = {(0, patterns.start)}
    found: dict[int, str] = {}
    left = MAX_AUTOMATON_STEPS // (1 + length // _LONG)
    while waiting:
        state, positions, text = waiting.popleft()
        if state in language.accepting:
            found.setdefault(patterns.matched(positions), text)
        if language.longest is not None and len(text) >= language.longest:
            continue
        left -= len(letters)
        if left < 0:
            return None
        row = language.rows[state]
        for each in letters:
            if each in row:
                reached = (row[each], patterns.step(positions, each))
                if reached not in seen:
                    seen.add(reached)
                    waiting.append((*reached, text + each))
    return found
