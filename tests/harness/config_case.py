"""Reads case files: a ClusterConfig, and above it the problems that it has.

    # The promise, in one sentence.
    # problem: <id> at <address>, lines 7, 9
    # warning: <id> at <address>, line 8

or `# no problems`; a problem of the whole file has no `at`. Adding a case is adding a file.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from eks_pod_identity.errors import Problem

CASES = sorted((Path(__file__).parents[1] / "cases" / "config").glob("*.yaml"))

_EXPECTATION = re.compile(r"# (problem|warning): (\S+?)(?: at (.+))?, lines? ([\d, ]+)")


@dataclass(frozen=True, order=True)
class Expectation:
    """A problem as far as a case file tells it; wording is the golden file's."""

    id: str
    address: str
    lines: tuple[int, ...]
    severity: str

    @classmethod
    def of(cls, problem: Problem) -> "Expectation":
        """Return the same of a problem that was found."""
        lines = tuple(place.line for place in problem.places)
        return cls(problem.id, problem.address, lines, problem.severity.value)


def read_expectations(text: str) -> list[Expectation]:
    """Return what the head of a case file expects, sorted."""
    head = [line for line in text.splitlines() if line.startswith("# ")]
    found = [
        Expectation(id_, address, tuple(map(int, lines.split(","))), _severity(word))
        for word, id_, address, lines in map(_parts, filter(_EXPECTATION.fullmatch, head))
    ]
    assert found or "# no problems" in head, "a case file tells its problems or that it has none"
    return sorted(found)


def _parts(line: str) -> tuple[str, str, str, str]:
    match = _EXPECTATION.fullmatch(line)
    assert match
    return match[1], match[2], match[3] or "", match[4]


def _severity(word: str) -> str:
    return "error" if word == "problem" else word
