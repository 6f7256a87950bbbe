"""docs/eksctl.md: what eksctl's tests ask for, what comes of it here, what proves it.

In: tests/eksctl.yaml, and the case files that name its ids under `covers`. Out: a table per
subject.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.docs.page import Page, table_lines

TESTS = Path(__file__).parents[2] / "tests"
_YAML = YAML(typ="safe", pure=True)
_FOLDERS = ("scenarios", "cases/addon-permissions", "cases/omission")
_OUTCOMES = ("same", "better", "different", "open")


@dataclass(frozen=True, slots=True)
class EksctlCase:
    """A case of eksctl's.

    Attributes:
        id: Ours.
        title: What it is about.
        outcome: `same`, `better`, `different` or `open`.
        reason: Why it is not the same.
        proofs: Tests and case files, from tests/.
    """

    id: str
    title: str
    outcome: str
    reason: str
    proofs: tuple[str, ...]


def eksctl_cases() -> dict[str, tuple[EksctlCase, ...]]:
    """Return all cases by subject."""
    covering = _covering()
    return {
        group["title"]: tuple(
            _case(str(id_), entry, covering.get(str(id_), {}))
            for id_, entry in group["cases"].items()
        )
        for group in _YAML.load(TESTS / "eksctl.yaml")
    }


def covered_ids() -> frozenset[str]:
    """Return the ids that case files name."""
    return frozenset(_covering())


def _covering() -> dict[str, dict[str, Any]]:
    """Return what each id is covered by: paths of case files and what they say of eksctl."""
    covering: dict[str, dict[str, Any]] = {}
    for folder in _FOLDERS:
        for path in sorted((TESTS / folder).rglob("*.yaml")):
            case = _YAML.load(path)
            for id_ in case.get("covers", ()):
                name = path.relative_to(TESTS).as_posix()
                covering.setdefault(str(id_), {})[name] = case.get("eksctl")
    return covering


def _case(id_: str, entry: Mapping[str, Any], covering: Mapping[str, Any]) -> EksctlCase:
    said = [entry.get("outcome"), *covering.values()]
    outcome, reason = _outcome(each for each in said if each)
    own = (entry["proof"],) if "proof" in entry else ()
    return EksctlCase(id_, entry["case"], outcome, reason, (*own, *covering))


def _outcome(said: Iterable[Any]) -> tuple[str, str]:
    """Return the outcome that tells most: a difference in one of several cases is a difference."""
    found = [_word_and_reason(each) for each in said]
    return max(found, key=lambda pair: _OUTCOMES.index(pair[0]), default=("", ""))


def _word_and_reason(said: Any) -> tuple[str, str]:  # noqa: ANN401 - YAML
    if said == "same":
        return said, ""
    ((word, reason),) = said.items()
    return word, reason


def _parts() -> dict[str, Iterable[str]]:
    groups = eksctl_cases()
    return {"counts": _counts(groups), "cases": _sections(groups)}


def _counts(groups: Mapping[str, Iterable[EksctlCase]]) -> Iterator[str]:
    counts = Counter(case.outcome for cases in groups.values() for case in cases)
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES)
    yield f"Of {counts.total()} cases: {words}."


def _sections(groups: Mapping[str, Iterable[EksctlCase]]) -> Iterator[str]:
    for index, (title, cases) in enumerate(groups.items()):
        yield from ("", f"## {title}", "") if index else (f"## {title}", "")
        yield from table_lines(("Id", "Case", "Here", "Proof"), map(_row, cases))


def _row(case: EksctlCase) -> tuple[str, ...]:
    here = f"**{case.outcome}**: {case.reason}" if case.reason else case.outcome
    return case.id, case.title, here, ", ".join(map(_link, case.proofs))


def _link(proof: str) -> str:
    path, _, test = proof.partition("::")
    name = test.removeprefix("test_") or Path(path).stem
    return f"[{name.replace('_', ' ').replace('-', ' ')}](../tests/{path})"


PAGE = Page("eksctl.md", _parts)
