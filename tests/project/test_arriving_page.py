"""docs/arriving.md shows what commands print."""

from pathlib import Path

import pytest
from harness.emulated import ROOT

_SHOWN = sorted((ROOT / "tests" / "golden" / "adopt").glob("*.txt"))


@pytest.mark.parametrize("output", _SHOWN, ids=lambda path: path.stem)
def test_page_shows_what_adopt_prints(output: Path) -> None:
    """Each golden file of `adopt` is on the page, whole."""
    page = (ROOT / "docs" / "arriving.md").read_text(encoding="utf-8")

    assert f"\n{output.read_text(encoding='utf-8')}```" in page
