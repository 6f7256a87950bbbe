"""Damage done to policy documents: what programs, editors and attackers make of them.

In: a document. Out: another value or text, mostly no policy any more.
"""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

from pulumi_policy import proxy

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]
Damage: TypeAlias = Callable[[Json, Random], Json]

SENTINELS = tuple(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))
# Letters that look like Latin ones, or like none.
_LOOKALIKES = str.maketrans({"o": "\u043e", "a": "\u0430", "s": "\u0455", "e": "\u00e9"})
_INVISIBLE = ("\ufeff", "\u200b", "\u00ad", "\u00a0", "\u202e", "\x00", "\ud800")


def replace_by_anything(value: Json, random: Random) -> Json:
    """Put something else in the place of some part."""
    return _put(value, random, lambda part: random.choice((*SENTINELS, *_anything(part))))


def hide_a_character(value: Json, random: Random) -> Json:
    """Put a character that is not seen into some text."""
    return _put(value, random, lambda part: _inserted(part, random.choice(_INVISIBLE), random))


def look_alike(value: Json, random: Random) -> Json:
    """Write some text with letters that only look like it."""
    return _put(
        value, random, lambda part: _each_text(part, lambda text: text.translate(_LOOKALIKES))
    )


def put_a_sentinel_inside(value: Json, random: Random) -> Json:
    """Put an unknown into some text."""
    return _put(value, random, lambda part: _inserted(part, random.choice(SENTINELS), random))


def write_as_json(value: Json, random: Random) -> Json:
    """Write some part as JSON text."""
    return _put(value, random, json.dumps)


def nest(value: Json, random: Random) -> Json:
    """Put some part into lists or objects."""
    depth = random.choice((1, 3, 60))

    def nested(part: Json) -> Json:
        for _ in range(depth):
            part = random.choice(([part], {"Statement": part}))
        return part

    return _put(value, random, nested)


def swell(value: Json, random: Random) -> Json:
    """Make some text very long, or many of something else."""
    return _put(
        value,
        random,
        lambda part: part * 5_000 if isinstance(part, str) else [part] * 50,
    )


def lose(value: Json, random: Random) -> Json:
    """Leave out one member of an object."""
    paths = [path for path in _paths(value) if path and isinstance(path[-1], str)]
    if not paths:
        return value
    *rest, name = random.choice(paths)
    return _at(value, tuple(rest), lambda part: {k: v for k, v in part.items() if k != name})


DAMAGES: tuple[Damage, ...] = (
    replace_by_anything,
    hide_a_character,
    look_alike,
    put_a_sentinel_inside,
    write_as_json,
    nest,
    swell,
    lose,
)


def spoil_text(text: str, random: Random) -> str:
    """Damage JSON text as such: cut, repeated keys, marks in front, what is no JSON."""
    kinds: tuple[Callable[[], str], ...] = (
        lambda: text,
        lambda: text[: random.randint(0, len(text))],
        lambda: "\ufeff" + text,
        lambda: json.dumps(text),
        lambda: text + text,
        lambda: text.replace('"Statement"', '"Statement": NaN, "Statement"', 1),
        lambda: text.replace('"Effect"', '"Effect": "Deny", "\\u0045ffect"', 1),
        lambda: text.replace("{", "{\n// for pods\n", 1),
        lambda: text.replace('"', "'"),
        lambda: text.replace('"', "\u201c"),
        lambda: text.replace(" ", "\u00a0"),
    )
    return random.choice(kinds)()


def without_surrogates(value: Json) -> Json:
    """Leave out halves of surrogate pairs, which protobuf does not carry."""
    return _each_text(value, lambda text: text.encode(errors="ignore").decode())


def _anything(part: Json) -> tuple[Json, ...]:
    return (
        None,
        True,
        0,
        -1.5,
        1e300,
        "",
        "*",
        [],
        {},
        [[]],
        [None],
        {"": None},
        {"Ref": "x"},
        [part],
    )


def _put(value: Json, random: Random, change: Callable[[Json], Json]) -> Json:
    return _at(value, random.choice(list(_paths(value))), change)


def _at(value: Json, path: Path, change: Callable[[Json], Json]) -> Json:
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _at(value[path[0]], path[1:], change)
    return copy


def _paths(value: Json, path: Path = ()) -> Iterator[Path]:
    yield path
    members: Iterator[tuple[Any, Json]] = iter(())
    if isinstance(value, dict):
        members = iter(value.items())
    elif isinstance(value, list):
        members = iter(enumerate(value))
    for key, member in members:
        yield from _paths(member, (*path, key))


def _inserted(part: Json, inserted: str, random: Random) -> Json:
    def insert(text: str) -> str:
        at = random.randint(0, len(text))
        return text[:at] + inserted + text[at:]

    return _each_text(part, insert)


def _each_text(part: Json, change: Callable[[str], str]) -> Json:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, list):
        return [_each_text(each, change) for each in part]
    if isinstance(part, dict):
        return {key: _each_text(each, change) for key, each in part.items()}
    return part
