"""Policy variables: `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.

In: text of a policy and a context. Out: a pattern, or why there is none. Follows
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from eks_pod_identity.iam.evaluation.glob import ANY_CHARACTER, ANY_TEXT, to_pattern
from eks_pod_identity.iam.evaluation.request import Context, Missing


@dataclass(frozen=True, slots=True)
class Literal:
    """Text outside of variables, in which `*` and `?` may be wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Escaped:
    """A character that is meant as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A context key whose value stands here; the key in lower case."""

    key: str
    default: str | None = None


Piece: TypeAlias = Literal | Escaped | Variable

_VARIABLE = re.compile(r"\$\{([^${}]*|\$)\}")
_BODY = re.compile(r"([^\s,']+)(?:\s*,\s*'([^']*)')?")
_ESCAPES = frozenset("*?$")
_MAX_VARIABLES = 64  # more than any policy has use for


@lru_cache(maxsize=4096)
def parse_text(text: str) -> tuple[Piece, ...] | None:
    """Return the pieces of a text of a 2012-10-17 policy; None if a `${` is no variable."""
    if text.count("${") > _MAX_VARIABLES:
        return None
    pieces = tuple(_pieces(text))
    return None if None in pieces else tuple(piece for piece in pieces if piece is not None)


def variables_of(text: str) -> tuple[Variable, ...]:
    """Return the variables of a text of a 2012-10-17 policy."""
    return tuple(piece for piece in parse_text(text) or () if isinstance(piece, Variable))


def _pieces(text: str) -> Iterator[Piece | None]:
    end = 0
    for found in _VARIABLE.finditer(text):
        yield _literal(text[end : found.start()])
        yield _variable(found[1])
        end = found.end()
    yield _literal(text[end:])


def _literal(text: str) -> Literal | None:
    return None if "${" in text else Literal(text)


def _variable(body: str) -> Piece | None:
    if body in _ESCAPES:
        return Escaped(body)
    found = _BODY.fullmatch(body.strip())
    return Variable(found[1].lower(), found[2]) if found else None


def resolve(text: str, context: Context, *, variables: bool, wildcards: bool) -> str | Missing:
    """Return the pattern that a text is in a context.

    Args:
        text: As it stands in the policy.
        context: Where the values of variables come from.
        variables: Whether `${...}` are variables here; before 2012-10-17 they are plain text.
        wildcards: Whether `*` and `?` are wildcards here.

    Returns:
        A pattern for `glob.matches`. ABSENT if a variable has no value, so that nothing equals the
        text; UNKNOWN if that cannot be told.
    """
    if not variables or "${" not in text:
        return to_pattern(text) if wildcards else text
    pieces = parse_text(text)
    if pieces is None:
        return Missing.UNKNOWN
    patterns = [_pattern(piece, context, wildcards=wildcards) for piece in pieces]
    for missing in (Missing.UNKNOWN, Missing.ABSENT):
        if missing in patterns:
            return missing
    return "".join(pattern for pattern in patterns if isinstance(pattern, str))


def _pattern(piece: Piece, context: Context, *, wildcards: bool) -> str | Missing:
    if isinstance(piece, Literal):
        return to_pattern(piece.text) if wildcards else piece.text
    if isinstance(piece, Escaped):
        return piece.text
    found = context.look_up(piece.key)
    if found is Missing.ABSENT and piece.default is not None:
        return _value((piece.default,), wildcards=wildcards)
    return found if isinstance(found, Missing) else _value(found, wildcards=wildcards)


def _value(values: tuple[str, ...], *, wildcards: bool) -> str | Missing:
    # AWS does not say what a variable of several values is, nor whether a `*` that comes out of a
    # variable is a wildcard.
    if values[1:]:
        return Missing.UNKNOWN
    (value,) = values
    special = {ANY_TEXT, ANY_CHARACTER, *("*?" if wildcards else "")}
    return Missing.UNKNOWN if special & set(value) else value
