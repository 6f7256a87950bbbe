"""A plan as GitHub's Markdown, for a comment on a pull request."""

from collections.abc import Iterable, Iterator

from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.change import Change
from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.planning.rendering.wording import (
    count_kinds,
    count_of,
    describe_foreign,
    summary,
)


def render_markdown(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan, problems included."""
    stack = f", stack `{plan.stack}`" if plan.stack else ""
    yield f"### Pod identities of cluster `{plan.cluster}`{stack}: {_title(plan)}"
    for problem in plan.problems:
        yield from _problem_lines(problem)
    if not plan.errors:
        yield from _step_lines(plan)
    for note in plan.notes:
        yield ""
        yield f"> {note}"


def _step_lines(plan: Plan) -> Iterator[str]:
    if plan.differences:
        yield ""
        yield from _table(plan.differences)
    same = [change for change in plan.changes if change.is_same]
    if same:
        yield from _details(f"{count_kinds(same)} same", _table(same))
    if plan.foreign:
        lines = (f"- `{describe_foreign(each)}`" for each in plan.foreign)
        yield from _details(f"{count_of(len(plan.foreign), 'association')} of others", lines)


def _title(plan: Plan) -> str:
    return count_of(len(plan.errors), "error") if plan.errors else summary(plan)


def _problem_lines(problem: Problem) -> Iterator[str]:
    yield ""
    yield f"**{problem.severity.value}**"
    yield "```text"
    yield str(problem)
    yield "```"


def _table(changes: Iterable[Change]) -> Iterator[str]:
    yield "| step | what | why |"
    yield "| --- | --- | --- |"
    for change in changes:
        why = "<br>".join(map(_cell, change.reasons))
        yield f"| {change.step.value} | {_cell(change.address)} | {why} |"


def _cell(text: str) -> str:
    return "`" + text.replace("|", r"\|").replace("`", "'") + "`"


def _details(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
