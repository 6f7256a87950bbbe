"""Pages of docs/ that are made from the code, so that the two cannot disagree.

A page is a script with a `PAGE`, listed in `pages`, and the page's prose beside it: lines such as
`{policies}` are where the parts go that the script makes. `make docs` writes all pages; a test
holds what is committed against what would be written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"
_PROSE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        name: The file's name in docs/; script and prose have it with underscores.
        parts: Makes the lines of each part, by name.
    """

    name: str
    parts: Callable[[], Mapping[str, Iterable[str]]]

    @property
    def path(self) -> Path:
        """Where the page lies."""
        return _DOCS / self.name

    def render(self) -> str:
        """Return the whole text of the page."""
        prose = self.name.replace("-", "_")
        script = prose.replace(".md", ".py")
        lines = [f"<!-- Made by tools/docs/{script}, do not edit: make docs -->", ""]
        parts = {f"{{{name}}}": part for name, part in self.parts().items()}
        for line in (_PROSE / prose).read_text(encoding="utf-8").splitlines():
            lines.extend(parts.pop(line, [line]))
        if parts:
            raise ValueError(f"{prose} has no line for {', '.join(parts)}")
        return "\n".join(lines) + "\n"


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table of GitHub's Markdown; what a cell must not hold is escaped."""
    yield _row(columns)
    yield _row("---" for _ in columns)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"
