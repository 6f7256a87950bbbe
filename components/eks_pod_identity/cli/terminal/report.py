"""The report of problems, in the forms that `--output` names."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import Enum
from typing import Any

import typer

from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.errors import Problem, Severity, sorted_problems
from eks_pod_identity.prose import wrapped

_COLORS = {Severity.ERROR: typer.colors.RED, Severity.WARNING: typer.colors.YELLOW}


class Output(Enum):
    """How a command prints."""

    TEXT = "text"
    JSON = "json"


def render_text(problems: Sequence[Problem]) -> str:
    """Return problems one after the other, each with its severity in front, then their count.

    In a terminal the first line of each is broken between words. Those below it are not: they hold
    what is to be typed.
    """
    ordered = sorted_problems(problems)
    lines = [line for problem in ordered for line in _lines(problem, terminal_width())]
    if ordered[1:]:
        lines.append(count_problems(ordered))
    return "\n".join(lines)


def _lines(problem: Problem, width: int | None) -> Iterator[str]:
    head, *below = str(problem).splitlines()
    severity = f"{problem.severity.value}: "
    first, *more = wrapped(severity + head, width, rest=" " * 4)
    color = _COLORS[problem.severity]
    yield typer.style(severity, fg=color, bold=True) + first.removeprefix(severity)
    yield from (*more, *below)


def count_problems(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    counts = {each: sum(p.severity is each for p in problems) for each in Severity}
    words = [f"{count} {kind.value}{'s' * (count > 1)}" for kind, count in counts.items() if count]
    return ", ".join(words) or "no problems"


def render_json(problems: Sequence[Problem]) -> str:
    """Return problems as JSON: an object whose key `problems` has them all, in file order."""
    return json.dumps({"problems": problems_to_json(problems)}, indent=2)


def problems_to_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return problems as plain values, in file order."""
    return [_plain(problem) for problem in sorted_problems(problems)]


def _plain(problem: Problem) -> dict[str, Any]:
    return {**asdict(problem), "severity": problem.severity.value}


def print_problems(problems: Sequence[Problem], output: Output) -> None:
    """Print a report to standard output."""
    typer.echo(render_json(problems) if output is Output.JSON else render_text(problems))
