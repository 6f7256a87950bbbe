"""docs/eksctl.md: what eksctl's tests ask for, what comes of it here, what proves it.

In: tests/eksctl.yaml, and the case files that name its ids under `covers`. Out: the reasons for
what is better, different and open, each with its cases.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.docs.page import Page

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
    cases = [case for group in eksctl_cases().values() for case in group]
    listed = {outcome: _reasons(cases, outcome) for outcome in _OUTCOMES[1:]}
    return {"counts": _counts(cases), **listed}


def _counts(cases: Iterable[EksctlCase]) -> Iterator[str]:
    counts = Counter(case.outcome for case in cases)
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES)
    yield f"Of {counts.total()} cases: {words}."


def _reasons(cases: Iterable[EksctlCase], outcome: str) -> Iterator[str]:
    """Yield a line per reason, those with most cases first."""
    grouped: dict[str, list[EksctlCase]] = {}
    for case in cases:
        if case.outcome == outcome:
            grouped.setdefault(case.reason, []).append(case)
    for reason, alike in sorted(grouped.items(), key=lambda each: -len(each[1])):
        more = f" (and {len(alike) - 1} more)" if len(alike) > 1 else ""
        yield f"- **{alike[0].title}**{more}: {reason}. {', '.join(map(_linked, alike))}"


def _linked(case: EksctlCase) -> str:
    if not case.proofs:
        return case.id
    path, _, _ = case.proofs[0].partition("::")
    return f"[{case.id}](../tests/{path})"


PAGE = Page("eksctl.md", _parts)
