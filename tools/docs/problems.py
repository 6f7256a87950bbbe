"""docs/problems.md: every problem id, where it belongs and what it means."""

from collections.abc import Iterable, Iterator

from eks_pod_identity.errors import Severity
from eks_pod_identity.problems import ProblemKind, problem_catalog
from tools.docs.page import Page, table_lines


def _parts() -> dict[str, Iterable[str]]:
    return {"problems": _sections()}


def _sections() -> Iterator[str]:
    for index, (section, kinds) in enumerate(problem_catalog().items()):
        yield from ("", f"## {section}", "") if index else (f"## {section}", "")
        yield from table_lines(("Id", "Meaning"), map(_row, kinds))


def _row(kind: ProblemKind) -> tuple[str, str]:
    mark = "" if kind.severity is Severity.ERROR else f" ({kind.severity.value})"
    return f"`{kind.id}`", f"{kind.meaning}{mark}"


PAGE = Page("problems.md", _parts)
