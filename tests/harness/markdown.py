"""What stands in a Markdown page for a machine: fenced blocks, commands, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^# ([\w./-]+)")
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        language: The word behind the fence.
        text: What stands in it.
    """

    language: str
    text: str

    @property
    def file(self) -> str:
        """The file that its first line says it is, empty if it says none."""
        named = _NAMED.match(self.text)
        return named[1].rstrip(":") if named else ""

    def commands(self) -> Iterator[str]:
        """Yield the commands behind a prompt."""
        for line in self.text.splitlines():
            if line.startswith("$ "):
                yield line.removeprefix("$ ")


def fenced_blocks(page: Path) -> tuple[Block, ...]:
    """Return the fenced blocks of a page, in order."""
    return tuple(Block(*found) for found in _FENCE.findall(page.read_text(encoding="utf-8")))


def relative_links(page: Path) -> tuple[Path, ...]:
    """Return where a page links to inside of the repository."""
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    return tuple(page.parent / link for link in links if "://" not in link)
