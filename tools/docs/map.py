"""docs/map.md: what a map shows; its flowchart is a golden file, which a test holds."""

from pathlib import Path

from tools.docs.page import Page

_FLOWCHART = Path(__file__).parents[2] / "tests" / "golden" / "map" / "mermaid.txt"


def _parts() -> dict[str, list[str]]:
    return {"mermaid": _FLOWCHART.read_text(encoding="utf-8").splitlines()}


PAGE = Page("map.md", _parts)
