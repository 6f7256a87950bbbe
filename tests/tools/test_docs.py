"""Pages that are made from the code."""

from pathlib import Path

import pytest

from tools.docs.page import Page, table_lines
from tools.docs.pages import PAGES

_DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_what_the_code_says(page: Page) -> None:
    """Whoever changes the code makes the page anew; `make docs` does it."""
    assert page.render() == page.path.read_text(encoding="utf-8")


def test_page_that_says_it_is_made_is_among_those_made() -> None:
    """No page of docs/ claims a script that does not write it."""
    claiming = {path for path in _DOCS.rglob("*.md") if "<!-- Made by " in path.read_text()}

    assert claiming == {page.path for page in PAGES}


def test_part_without_a_place_in_the_prose_is_told() -> None:
    """Nothing that a script makes is left out in silence."""
    page = Page("well-known-policies.md", lambda: {"policies": [], "forgotten": []})

    with pytest.raises(ValueError, match=r"no line for \{forgotten\}"):
        page.render()


def test_cell_keeps_to_its_column() -> None:
    """Bars and line ends of a cell do not break the table."""
    assert list(table_lines(("a", "b"), [("x|y", "1\n2")])) == [
        "| a | b |",
        "| --- | --- |",
        r"| x\|y | 1 2 |",
    ]
