"""Console sessions of a page: commands behind a prompt, and what they print.

A line `...` stands for any lines. What differs from run to run is compared by its form: ids of
associations and add-ons, seconds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.markdown import Block

_PROMPT = "$ "
_ANY_LINES = "..."
_VARYING = (
    (re.compile(r"\ba-[0-9a-z]{17}\b"), "a-ID"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"\b\d+(\.\d+)?s\b"), "SECONDS"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a session.

    Attributes:
        line: What is typed.
        output: The lines that are shown below it.
    """

    line: str
    output: tuple[str, ...]


def session(block: Block) -> Iterator[Command]:
    """Yield the commands of a block."""
    for part in f"\n{block.text}".split(f"\n{_PROMPT}")[1:]:
        line, *output = part.rstrip("\n").split("\n")
        yield Command(line, tuple(output))


def is_shown(expected: Sequence[str], printed: str) -> bool:
    """Say whether a page shows what was printed."""
    pattern = "".join(map(_pattern, expected))
    text = "".join(f"{_comparable(line)}\n" for line in _lines(printed))
    return re.fullmatch(pattern, text) is not None


def _lines(printed: str) -> list[str]:
    return [line.rstrip() for line in printed.strip("\n").splitlines()]


def _pattern(line: str) -> str:
    return r"(?:.*\n)*?" if line == _ANY_LINES else re.escape(f"{_comparable(line)}\n")


def _comparable(line: str) -> str:
    for form, word in _VARYING:
        line = form.sub(word, line)
    return line
