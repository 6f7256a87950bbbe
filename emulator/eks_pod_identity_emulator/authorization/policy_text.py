"""Texts of policies with variables: parsed once, filled in for each request.

`${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`; in documents of Version
2012-10-17 only. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

Where AWS does not say what a text means, `doubt` decides: it is true for a Deny and false for an
Allow, so that the emulator refuses rather than lets in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from eks_pod_identity_emulator.authorization.request import Context
from eks_pod_identity_emulator.authorization.text_pattern import Token, tokens_of


@dataclass(frozen=True, slots=True)
class Variable:
    """A context key, in lower case, with what is taken where a request has none."""

    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A character that is no wildcard, whatever it is."""

    text: str


Part: TypeAlias = str | Literal | Variable

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_REFERENCE = re.compile(r"\s*([^\s,'$]+)\s*(?:,\s*'([^'$]*)'\s*)?")


class UnreadableTextError(ValueError):
    """A text with a `${` that begins no variable."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A text of a policy.

    Attributes:
        written: As the document has it.
        parts: Plain text, escaped characters and variables; None if a `${` begins no variable.
        wildcards: Whether `*` and `?` are wildcards.
    """

    written: str
    parts: tuple[Part, ...] | None
    wildcards: bool

    @property
    def varies(self) -> bool:
        """Whether its meaning depends on the request."""
        return self.parts is None or any(isinstance(part, Variable) for part in self.parts)

    @property
    def keys(self) -> tuple[str, ...]:
        """The context keys that its variables stand for, in lower case."""
        return tuple(part.key for part in self.parts or () if isinstance(part, Variable))

    def fill_in(self, context: Context, *, doubt: bool) -> tuple[Token, ...] | None:
        """Return the text's tokens for a request; None if a variable has no value there.

        Raises:
            UnreadableTextError: AWS does not say what the text means.
        """
        if self.parts is None:
            raise UnreadableTextError(self.written)
        tokens: list[Token] = []
        for part in self.parts:
            found = self._tokens(part, context, doubt=doubt)
            if found is None:
                return None
            tokens += found
        return tuple(tokens)

    def _tokens(self, part: Part, context: Context, *, doubt: bool) -> tuple[Token, ...] | None:
        if isinstance(part, str):
            return tokens_of(part) if self.wildcards else (part,)
        if isinstance(part, Literal):
            return (part.text,)
        values = context.get(part.key, () if part.default is None else (part.default,))
        if len(values) > 1:
            # "You can use a policy variable with a single-valued key only", says AWS.
            raise UnreadableTextError(self.written)
        if not values:
            return None
        # Whether a `*` that comes out of a variable is a wildcard is not documented.
        return tokens_of(values[0]) if self.wildcards and doubt else (values[0],)


@lru_cache(maxsize=16_384)
def parse_text(written: str, *, variables: bool, wildcards: bool) -> PolicyText:
    """Return a text of a document.

    Args:
        written: As the document has it.
        variables: Whether `${...}` are variables.
        wildcards: Whether `*` and `?` are wildcards.
    """
    if not variables or "${" not in written:
        return PolicyText(written, (written,), wildcards)
    try:
        return PolicyText(written, tuple(_parts(written)), wildcards)
    except UnreadableTextError:
        return PolicyText(written, None, wildcards)


def _parts(written: str) -> Iterator[Part]:
    # Every second piece is what a pair of braces holds.
    for number, piece in enumerate(_VARIABLE.split(written)):
        if number % 2:
            yield _reference(piece)
        elif "${" in piece:
            raise UnreadableTextError(written)
        elif piece:
            yield piece


def _reference(body: str) -> Part:
    if body in ("*", "?", "$"):
        return Literal(body)
    found = _REFERENCE.fullmatch(body)
    if found is None:
        raise UnreadableTextError(body)
    return Variable(found[1].lower(), found[2])
