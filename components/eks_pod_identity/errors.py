"""What can be wrong, as values, and the exceptions that carry it.

Every fault that a user can cause is a `Problem`. Functions that judge input return problems; only
the borders (components, command line) turn them into exceptions:

    PodIdentityError              base; `problems` holds at least one Problem
      RefusedError                a component refuses (components.refusal; also a pulumi.RunError)
      ConfigError                 the file is wrong
      PlanError                   a recovery cannot be planned while others work on the stack
      AdoptionError               something stands against an adoption
      ObservationError            AWS could not be read
      ApplyError                  AWS or Pulumi refused a step

A Pulumi program meets `RefusedError` alone; the others end commands, or components turn them into
it.

This module imports nothing from the rest of the package.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad a problem is: an error stops everything, a warning is told and passed over."""

    ERROR = "error"
    WARNING = "warning"


class FaultKind(Enum):
    """Base of the tables of faults, in which each kind of problem is a member.

    Attributes:
        id: Kebab-case name, printed in brackets behind the message; never renamed, never reused.
        meaning: One sentence for the page of problems.
        severity: Error or warning.
    """

    def __init__(self, id_: str, meaning: str, severity: Severity = Severity.ERROR) -> None:
        self.id = id_
        self.meaning = meaning
        self.severity = severity


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file, counted from 1 as editors count."""

    file: str
    line: int
    column: int
    note: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}"
        return f"{text} ({self.note})" if self.note else text


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, told so that the reader can act on it.

    Attributes:
        id: Kebab-case name of the bad thing, never renamed, never reused.
        address: Where, in the user's own spelling: a YAML path or a Python argument.
        message: What is wrong, with the values; no advice, lower case, no full stop.
        severity: Error or warning.
        places: File positions, if the input came from a file.
        observed: What AWS has, one line each, if it matters.
        help: What to type, one entry per way out; an entry may have several lines.
    """

    id: str
    address: str
    message: str
    severity: Severity = Severity.ERROR
    places: tuple[Place, ...] = ()
    observed: tuple[str, ...] = ()
    help: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        head = f"{self.address}: {self.message}" if self.address else self.message
        yield f"{head} [{self.id}]"
        if self.places:
            yield "  at " + ", ".join(str(place) for place in self.places)
        for line in self.observed:
            yield f"  observed: {line}"
        for entry in self.help:
            yield "  help: " + entry.replace("\n", "\n          ")


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in file order, then by address and id, without duplicates."""
    return tuple(sorted(dict.fromkeys(problems), key=_order))


def _order(problem: Problem) -> tuple[tuple[Place, ...], str, str, str]:
    return (problem.places[:1], problem.address, problem.id, problem.message)


def render_problems(problems: Sequence[Problem]) -> str:
    """Return one report of all problems, in file order, with the count at the end.

    Pulumi and the command line both put `error: ` in front, so the text does not begin with it.
    """
    ordered = sorted_problems(problems)
    lines = [str(problem) for problem in ordered]
    if ordered[1:]:
        lines.append(f"{len(ordered)} problems")
    return "\n".join(lines)


class PodIdentityError(Exception):
    """Base of all errors of this package.

        try:
            ClusterPodIdentities("pods", {"config_file": "cluster.yaml"})
        except PodIdentityError as error:
            for problem in error.problems: ...

    Attributes:
        problems: The faults, in file order; at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted_problems(problems)
        super().__init__(render_problems(self.problems))


class ConfigError(PodIdentityError):
    """The file is wrong; nothing was read from or written to AWS."""


class PlanError(PodIdentityError):
    """A recovery cannot be planned, because an update may still run on the stack."""


class AdoptionError(PodIdentityError):
    """Something stands against an adoption; nothing was written and nothing imported."""


class ObservationError(PodIdentityError):
    """AWS could not be read; the cause is chained."""


class ApplyError(PodIdentityError):
    """AWS refused a step; the cause is chained."""
