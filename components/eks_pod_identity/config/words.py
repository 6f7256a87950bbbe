"""Words of messages: values quoted, names enumerated."""

from collections.abc import Sequence


def quoted(text: str, limit: int = 80) -> str:
    """Return text for a message: in double quotes, on one line, printable, not too long."""
    shown = text if len(text) <= limit else f"{text[:limit]}..."
    return '"' + "".join(map(_printable, shown)) + '"'


def _printable(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def enumerated(names: Sequence[str]) -> str:
    """Return names as in `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def both(names: Sequence[str]) -> str:
    """Return names as in `both a and b`, or `a, b and c` if there are more."""
    return enumerated(names) if names[2:] else f"both {enumerated(names)}"
