"""Texts of policies with wildcards, as regular expressions.

`*` is any text and `?` any one character; case counts. Each literal between two `*` is found once,
leftmost, and never again (atomic groups), so no document makes the matching slow.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache
from typing import TypeAlias


class Wildcard(Enum):
    """A wildcard, apart from the character that it is written as."""

    ANY_TEXT = "*"
    ANY_CHARACTER = "?"


Token: TypeAlias = str | Wildcard
Pattern: TypeAlias = re.Pattern[str]

_WILDCARD = re.compile(r"([*?])")


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return a text's wildcards and what is between them."""
    return tuple(
        Wildcard(part) if part in ("*", "?") else part for part in _WILDCARD.split(text) if part
    )


def split_tokens(tokens: Sequence[Token], most: int) -> list[list[Token]]:
    """Return tokens cut at their first colons, as `str.split` does, into at most `most` parts."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if isinstance(token, Wildcard):
            parts[-1].append(token)
            continue
        first, *others = token.split(":", most - len(parts))
        parts[-1].append(first)
        parts.extend([other] for other in others)
    return parts


@lru_cache(maxsize=16_384)
def compile_tokens(tokens: tuple[Token, ...]) -> Pattern:
    """Return the expression that matches the whole of what tokens mean."""
    return re.compile(_expression(tokens), re.DOTALL)


def compile_texts(texts: Iterable[str]) -> Pattern:
    """Return the one expression that matches what any of some texts means."""
    return re.compile("|".join(_expression(tokens_of(text)) for text in texts), re.DOTALL)


def _expression(tokens: Sequence[Token]) -> str:
    first, *others = _between_any_text(tokens)
    if not others:
        return rf"{first}\Z"
    *middle, last = others
    found = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return rf"{first}{found}.*{last}\Z"


def _between_any_text(tokens: Sequence[Token]) -> list[str]:
    pieces = [""]
    for token in tokens:
        if token is Wildcard.ANY_TEXT:
            pieces.append("")
        elif token is Wildcard.ANY_CHARACTER:
            pieces[-1] += "."
        else:
            pieces[-1] += re.escape(str(token))
    return pieces
