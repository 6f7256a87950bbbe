"""A plan as text for a terminal: a line per step, its reasons beside it, or below if it is narrow.

In: a plan and a width. Out: lines. Nothing is cut; what is longer than the width is broken at the
arrow between the two values of a difference, or between words.
"""

from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity.planning.change import Change
from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.planning.rendering.wording import (
    count_kinds,
    count_of,
    describe_foreign,
    summary,
)
from eks_pod_identity.prose import wrapped

_STEP = 9
_BELOW = 11
_GAP = 2
_SHORT_REASON = 28  # in a narrow terminal this much room is kept for a reason beside its step
_FOREIGN_SHOWN = 10
_ARROW = " -> "


def render_text(plan: Plan, width: int | None, *, show_sames: bool = False) -> Iterator[str]:
    """Yield the lines of a plan.

    Args:
        plan: A plan without errors.
        width: Columns to fit into; None for as many as it takes.
        show_sames: Whether to list what stays as it is.
    """
    shown = plan.changes if show_sames else plan.differences
    column = _reason_column(shown, width)
    for change in shown:
        yield from _change_lines(change, column, width)
    yield from _same_line(plan, show_sames=show_sames)
    yield from _foreign_lines(plan, width)
    yield from note_lines(plan, width)
    if plan.stack:
        yield f"{'stack':{_STEP}}{plan.stack}"
    yield f'cluster "{plan.cluster}": {summary(plan)}'


def note_lines(plan: Plan, width: int | None) -> Iterator[str]:
    """Yield what is good to know of a plan, be there errors or not."""
    for note in plan.notes:
        yield from _note_lines(note, width)


def _reason_column(changes: Sequence[Change], width: int | None) -> int:
    """Return where the reasons begin that stand beside their steps."""
    wanted = _STEP + max((len(each.address) for each in changes), default=0) + _GAP
    return wanted if width is None else min(wanted, width - _SHORT_REASON)


def _change_lines(change: Change, column: int, width: int | None) -> Iterator[str]:
    head = f"{change.step.value:{_STEP}}{change.address}"
    longest = max(map(len, change.reasons))
    if len(head) + _GAP <= column and (width is None or column + longest <= width):
        first, *others = change.reasons
        yield f"{head:{column}}{first}"
        yield from _indented(others, column, width)
    else:
        yield head
        yield from _indented(change.reasons, _BELOW, width)


def _indented(lines: Iterable[str], indent: int, width: int | None) -> Iterator[str]:
    for line in lines:
        text = " " * indent + line
        before, arrow, after = text.rpartition(_ARROW)
        if width is None or len(text) <= width:
            yield text
        elif arrow:
            yield before
            yield " " * (indent + _GAP) + arrow.lstrip() + after
        else:
            yield from wrapped(text, width, rest=" " * (indent + _GAP))


def _same_line(plan: Plan, *, show_sames: bool) -> Iterator[str]:
    same = [change for change in plan.changes if change.is_same]
    if same and not show_sames:
        yield f"{'same':{_STEP}}{count_kinds(same)}"


def _note_lines(note: str, width: int | None) -> Iterator[str]:
    yield from wrapped(f"{'note':{_STEP}}{note}", width, rest=" " * _STEP)


def _foreign_lines(plan: Plan, width: int | None) -> Iterator[str]:
    if not plan.foreign:
        return
    yield f"{'foreign':{_STEP}}{count_of(len(plan.foreign), 'association')} of others, left alone"
    shown = [describe_foreign(each) for each in plan.foreign[:_FOREIGN_SHOWN]]
    if more := len(plan.foreign) - len(shown):
        shown.append(f"and {more:,} more")
    yield from _indented(shown, _BELOW, width)
