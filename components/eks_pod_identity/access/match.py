"""A key's text against a pattern: which values of its unknowns make it match.

In: a text of words and unknowns, and a pattern of items and unknowns (out of variables). Out: a
formula; None where it cannot be said by predicates on single unknowns.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from eks_pod_identity.access.bounds import MAX_WAYS, TooLargeError
from eks_pod_identity.access.clause import ALWAYS, NEVER, Formula, Literal, any_of, both, one
from eks_pod_identity.access.pattern import Item, Shape, literal
from eks_pod_identity.access.space import Space, Text
from eks_pod_identity.access.unknown import Unknown

Wanted: TypeAlias = tuple[Item | Unknown, ...]
"""A pattern in which unknowns stand where variables stood."""

_COLONS = 5  # of an ARN, before its last part


def match(space: Space, text: Text, wanted: Wanted) -> Formula | None:
    """Return when a text matches a pattern.

    Raises:
        TooLargeError: The pattern spreads over the text in too many ways.
    """
    shape = tuple(each for each in wanted if isinstance(each, Item))
    if len(shape) == len(wanted):
        return match_shape(space, text, shape)
    left, right = _without_equal_ends(_symbols(text), list(wanted))
    if not any(isinstance(each, Unknown) for each in right):
        rest = tuple(each for each in right if isinstance(each, Item))
        return match_shape(space, tuple(left), rest)
    if len(left) == 1 and len(right) == 1:
        return _equal(space, left[0], right[0])
    if not left or _differ(left[0], right[0]) or _differ(left[-1], right[-1]):
        return NEVER
    if not any(isinstance(each, Unknown) for each in left):
        return match_constant(space, "".join(map(str, left)), tuple(right))
    return None


def match_constant(space: Space, text: str, wanted: Wanted) -> Formula:
    """Return when a text without unknowns matches a pattern that has some.

    Raises:
        TooLargeError: There are too many ways to share the text.
    """
    ways: dict[int, Formula] = {0: ALWAYS}
    for at, item in enumerate(wanted):
        following = wanted[at + 1] if at + 1 < len(wanted) else None
        reached: dict[int, Formula] = {}
        for start, formula in ways.items():
            for end, held in _taken(space, text, start, item, following):
                reached[end] = any_of((reached.get(end, NEVER), both(formula, held)))
        ways = reached
    return ways.get(len(text), NEVER)


def _taken(
    space: Space, text: str, start: int, item: Item | Unknown, following: Item | Unknown | None
) -> Iterator[tuple[int, Formula]]:
    """Yield where a step of a pattern may end in a text, and under which condition."""
    if isinstance(item, Item) and not item.many:
        if start < len(text) and item.takes(text[start]):
            yield start + 1, ALWAYS
        return
    if isinstance(item, Item):
        for end in range(start, len(text) + 1):
            yield end, ALWAYS
            if end < len(text) and not item.takes(text[end]):
                return
        return
    for end in range(start + 1, len(text) + 1):
        ends = end == len(text) if following is None else _goes_on(following, text, end)
        space.spend(1)
        if ends and item.may_be(text[start:end]):
            yield end, _is(item, item.is_text(text[start:end]))


def _goes_on(following: Item | Unknown, text: str, end: int) -> bool:
    if isinstance(following, Unknown) or following.many:
        return True
    return end < len(text) and following.takes(text[end])


def match_plain(text: Text, wanted: str) -> Formula | None:
    """Return when a text is a plain value; None if its unknowns may end in several places.

    Most values are plain, so that this way is worth its lines: it takes a tenth of the time.
    """
    found, start = ALWAYS, 0
    for at, part in enumerate(text):
        if isinstance(part, str):
            if not wanted.startswith(part, start):
                return NEVER
            start += len(part)
            continue
        following = text[at + 1] if at + 1 < len(text) else None
        end = _plain_end(part, following, wanted, start)
        if end is None:
            return None
        if not part.may_be(wanted[start:end]):
            return NEVER
        found = both(found, _is(part, part.is_text(wanted[start:end])))
        start = end
    return found if start == len(wanted) else NEVER


def _plain_end(
    unknown: Unknown, following: str | Unknown | None, wanted: str, start: int
) -> int | None:
    if following is None:
        return len(wanted)
    if isinstance(following, Unknown) or unknown.domain is None:
        return None
    if following[0] in unknown.domain.language.alphabet:
        return None
    end = wanted.find(following[0], start)
    return len(wanted) if end < 0 else end


def match_arn(space: Space, text: Text, wanted: Wanted) -> Formula | None:
    """Return when an ARN matches a pattern with variables, part by part."""
    patterns, parts = _arn_parts(list(wanted)), _arn_parts(_symbols(text))
    if patterns is None or parts is None:
        return None
    found = ALWAYS
    for part, pattern in zip(parts, patterns, strict=True):
        matched = match(space, tuple(part), tuple(pattern))  # type: ignore[arg-type] # of symbols
        if matched is None:
            return None
        found = both(found, matched)
    return found


def match_shape(space: Space, text: Text, shape: Shape) -> Formula:
    """Return when a text matches a shape.

    Raises:
        TooLargeError: The shape spreads over the text in too many ways.
    """
    # By position in the shape, when what was read so far brings it there.
    ways: dict[int, Formula] = {0: ALWAYS}
    for at, part in enumerate(text):
        if not ways:
            return NEVER
        if isinstance(part, str):
            space.spend(len(ways) - 1)  # one way is what every plain text has
            for character in part:
                ways = _read(ways, shape, character)
        else:
            following = text[at + 1] if at + 1 < len(text) else None
            ways = _spread(space, ways, shape, part, following)
        if sum(map(len, ways.values())) > MAX_WAYS:
            raise TooLargeError(f"ways to match {''.join(_names(text))}")
    return any_of(formula for at, formula in ways.items() if _ends_at(shape, at))


def _names(text: Text) -> Sequence[str]:
    return [each if isinstance(each, str) else f"<{each.name}>" for each in text]


def _read(ways: dict[int, Formula], shape: Shape, character: str) -> dict[int, Formula]:
    reached: dict[int, Formula] = {}
    for start, formula in ways.items():
        for at in _from(shape, start):
            if at < len(shape) and shape[at].takes(character):
                to = at if shape[at].many else at + 1
                reached[to] = any_of((reached.get(to, NEVER), formula))
    return reached


def _from(shape: Shape, start: int) -> range:
    """Return the positions that a position stands for: items that may take nothing are skipped."""
    at = start
    while at < len(shape) and shape[at].many:
        at += 1
    return range(start, at + 1)


def _ends_at(shape: Shape, start: int) -> bool:
    return _from(shape, start)[-1] == len(shape)


def _spread(
    space: Space,
    ways: dict[int, Formula],
    shape: Shape,
    unknown: Unknown,
    following: str | Unknown | None,
) -> dict[int, Formula]:
    reached: dict[int, Formula] = {}
    for start, formula in ways.items():
        for end in _ends(shape, start, unknown, following):
            segment = shape[start:end]
            # What may take any number may end within the unknown and go on behind it.
            if end < len(shape) and shape[end].many:
                segment = (*segment, shape[end])
            space.spend(1 + len(segment))
            fitting = unknown.is_like(segment)
            if fitting is not False:
                held = formula if fitting is True else both(formula, _is(unknown, fitting))
                reached[end] = any_of((reached.get(end, NEVER), held))
    return reached


def _is(unknown: Unknown, predicate: int) -> Formula:
    return one(Literal(unknown.rank, predicate))


def _ends(
    shape: Shape, start: int, unknown: Unknown, following: str | Unknown | None
) -> Sequence[int]:
    """Return the positions where an unknown that begins at a position may end."""
    if unknown.domain is None:
        return ()
    language = unknown.domain.language
    found, taken = [], 0
    for end in range(start, len(shape) + 1):
        if end > start:
            item = shape[end - 1]
            taken += not item.many
            if language.longest is not None and taken > language.longest:
                break
            if item.characters and not language.alphabet.intersection(item.characters):
                break
            if item.many:
                continue  # the position before stands for this one too
        if _may_follow(shape, end, following):
            found.append(end)
    return found


def _may_follow(shape: Shape, end: int, following: str | Unknown | None) -> bool:
    if following is None:
        return _ends_at(shape, end)
    if isinstance(following, Unknown):
        return True
    positions = _from(shape, end)
    return any(at < len(shape) and shape[at].takes(following[0]) for at in positions)


_Symbol: TypeAlias = str | Item | Unknown


def _symbols(text: Text) -> list[str | Unknown]:
    """Return the characters and unknowns of a text."""
    return [symbol for part in text for symbol in (part if isinstance(part, str) else (part,))]


def _without_equal_ends(
    left: list[str | Unknown], right: list[Item | Unknown]
) -> tuple[list[str | Unknown], list[Item | Unknown]]:
    first = 0
    while first < min(len(left), len(right)) and _same(left[first], right[first]):
        first += 1
    left, right = left[first:], right[first:]
    last = 0
    while last < min(len(left), len(right)) and _same(left[-1 - last], right[-1 - last]):
        last += 1
    return left[: len(left) - last], right[: len(right) - last]


def _same(symbol: str | Unknown, wanted: Item | Unknown) -> bool:
    if isinstance(wanted, Unknown):
        return symbol is wanted
    return isinstance(symbol, str) and literal((wanted,)) == symbol


def _differ(symbol: str | Unknown, wanted: Item | Unknown) -> bool:
    """Tell whether two ends are characters, and not the same."""
    return isinstance(symbol, str) and isinstance(wanted, Item) and not wanted.takes(symbol)


def _equal(space: Space, symbol: str | Unknown, wanted: Item | Unknown) -> Formula | None:
    if isinstance(symbol, str) or isinstance(wanted, Item):
        return None
    return space.fact(symbol, wanted)


def _arn_parts(symbols: Sequence[_Symbol]) -> list[list[_Symbol]] | None:
    parts: list[list[_Symbol]] = [[]]
    for symbol in symbols:
        colon = symbol == ":" or (isinstance(symbol, Item) and symbol.characters == ":")
        if colon and len(parts) <= _COLONS:
            parts.append([])
        else:
            parts[-1].append(symbol)
    return parts if len(parts) == _COLONS + 1 else None
