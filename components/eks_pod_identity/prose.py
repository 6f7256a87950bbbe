"""Sentences for people: numbers with their nouns, and lines that fit a terminal."""

from textwrap import wrap


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 role`, `2 policies`."""
    return f"{number} {noun_of(number, noun, plural)}"


def noun_of(number: int, noun: str, plural: str = "") -> str:
    """Return a noun as it stands after a number; its plural ends in s if none is given."""
    return noun if number == 1 else plural or f"{noun}s"


def wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """Return a text in lines that fit; what has no space is never broken.

    Args:
        text: The text.
        width: The longest line, in characters; None means a pipe, where a text is one line.
        first: What the first line begins with.
        rest: What the others begin with.
    """
    if width is None:
        return [first + text]
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
