"""Wildcards of policies: `*` is any text, `?` is any one character, all else is itself.

A pattern is text in which a wildcard is one of two private characters, so that a literal `*`
(written `${*}`, or coming out of a variable) is told apart. Matching takes time in proportion to
pattern and text, whatever they are.
"""

import re
from functools import lru_cache

# Private use area: policy documents end at U+00FF, so neither can come from one.
ANY_TEXT = "\ue000"
ANY_CHARACTER = "\ue001"


def to_pattern(text: str) -> str:
    """Return the pattern that policy text without variables is."""
    return text.replace("*", ANY_TEXT).replace("?", ANY_CHARACTER)


def to_text(pattern: str) -> str:
    """Return a pattern as it is written in a policy."""
    return pattern.replace(ANY_TEXT, "*").replace(ANY_CHARACTER, "?")


def has_wildcard(pattern: str) -> bool:
    """Tell whether a pattern matches more than itself."""
    return ANY_TEXT in pattern or ANY_CHARACTER in pattern


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches the whole text; case counts."""
    if not has_wildcard(pattern):
        return pattern == text
    if ANY_TEXT not in pattern:
        return len(pattern) == len(text) and _find(pattern, text, 0) == 0
    first, *middle, last = pattern.split(ANY_TEXT)
    end = len(text) - len(last)
    # The literal characters alone must fit, which also bounds the work below.
    if len(pattern) - pattern.count(ANY_TEXT) > len(text):
        return False
    if not _stands_at(first, text, 0) or not _stands_at(last, text, end):
        return False
    return _in_order(middle, text[:end], len(first))


def _in_order(parts: list[str], text: str, start: int) -> bool:
    for part in parts:
        # Leftmost is best: it leaves the most text for what follows.
        found = _find(part, text, start)
        if found < 0:
            return False
        start = found + len(part)
    return True


def _stands_at(part: str, text: str, start: int) -> bool:
    if ANY_CHARACTER not in part:
        return text.startswith(part, start)
    return _find(part, text[start : start + len(part)], 0) == 0


def _find(part: str, text: str, start: int) -> int:
    if ANY_CHARACTER not in part:
        return text.find(part, start)
    found = _fixed_length(part).search(text, start)
    return found.start() if found else -1


@lru_cache(maxsize=256)
def _fixed_length(part: str) -> re.Pattern[str]:
    # No repetition in it, so there is nothing to backtrack over.
    pieces = (re.escape(piece) for piece in part.split(ANY_CHARACTER))
    return re.compile(".".join(pieces), re.DOTALL)
