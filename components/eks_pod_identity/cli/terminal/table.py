"""Tables of text: as wide as they need, or stacked where the terminal is too narrow.

Rows in, lines out. No cell is ever cut: in a stacked table the long cells stand on lines of their
own under the row, and a line that is still too long is left to the terminal to wrap.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_GAP = "  "
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and the lines below it, each as pieces that are not to be broken."""

    cells: tuple[str, ...]
    below: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles and rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """The width of the longest line, without what stands below rows."""
        return max(map(len, self._aligned(self.columns, *(row.cells for row in self.rows))))

    def text_lines(self, width: int | None) -> Iterator[str]:
        """Yield titles and rows in aligned columns, and below each row its rest."""
        head, *rows = self._aligned(self.columns, *(row.cells for row in self.rows))
        yield head
        for line, row in zip(rows, self.rows, strict=True):
            yield line
            for pieces in row.below:
                yield from _wrap(pieces, width)

    def markdown_lines(self) -> Iterator[str]:
        """Yield the rows as a table of GitHub's Markdown."""
        yield _markdown_row(self.columns)
        yield _markdown_row("---" for _ in self.columns)
        yield from (_markdown_row(row.cells) for row in self.rows)

    def _aligned(self, *rows: Sequence[str]) -> list[str]:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            _GAP.join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]


def terminal_width() -> int | None:
    """Return the width to fit into, or None for a pipe or file: one line per row suits grep."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def fitting_table(tables: Sequence[Table], width: int | None) -> Table:
    """Return the first table that fits, else the last."""
    fitting = (table for table in tables if width is None or table.width <= width)
    return next(fitting, tables[-1])


def _wrap(pieces: Iterable[str], width: int | None) -> Iterator[str]:
    """Put as many pieces on a line as fit; a piece is never broken."""
    line = ""
    for piece in pieces:
        longer = f"{line} {piece}" if line else f"{_INDENT}{piece}"
        if line and width is not None and len(longer) > width:
            yield line
            longer = f"{_INDENT * 2}{piece}"
        line = longer
    if line:
        yield line


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
