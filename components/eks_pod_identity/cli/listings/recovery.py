"""A recovery for people: what was found, and what is done about it."""

from collections.abc import Iterator

from eks_pod_identity.cli.stack.lock import StackLock
from eks_pod_identity.cli.terminal.table import Row, Table, fitting_table
from eks_pod_identity.recovery.plan import Action, RecoveryPlan, RecoveryStep

_MEANINGS = {
    Action.IMPORT: "put it back into the stack, under its old name",
    Action.REFRESH: "read it anew, and clear the pending operation",
    Action.FORGET: "clear the pending operation",
    Action.KEEP: "leave it, for you to look at",
}


def plan_lines(plan: RecoveryPlan, width: int | None) -> Iterator[str]:
    """Yield a table of the steps, and below it what they mean."""
    if not plan.steps:
        return
    yield from fitting_table([_wide_table(plan), _stacked_table(plan)], width).text_lines(width)
    for action, meaning in _MEANINGS.items():
        if plan.of(action):
            yield f"{action.value}: {meaning}"


def _wide_table(plan: RecoveryPlan) -> Table:
    columns = ("STEP", "INTERRUPTED", "FOUND", "WHAT")
    return Table(columns, tuple(Row((*_cells(step), step.found, step.what)) for step in plan.steps))


def _stacked_table(plan: RecoveryPlan) -> Table:
    rows = (Row((*_cells(step), step.found), below=((step.what,),)) for step in plan.steps)
    return Table(("STEP", "INTERRUPTED", "FOUND"), tuple(rows))


def _cells(step: RecoveryStep) -> tuple[str, str]:
    return step.action.value, f"while {step.operation}" if step.operation else "answer lost"


def lock_lines(lock: StackLock) -> Iterator[str]:
    """Yield what is done about a lock of a process that has ended."""
    yield "unlock: the stack is locked by a process that has ended:"
    yield f"  {lock}"


def kept_lines(plan: RecoveryPlan, *, is_pending: bool) -> Iterator[str]:
    """Yield what is left to do for a human, if anything.

    Args:
        plan: What was done.
        is_pending: Whether Pulumi still has pending creations that were to be cleared.
    """
    if plan.stays_pending:
        yield "pulumi refresh asks about each pending creation, for the id of what exists"
        if is_pending:
            yield "about those that were brought back or forgotten here, answer: clear"
    if len(plan.of(Action.KEEP)) > len(plan.stays_pending):
        yield "pulumi up makes components anew, and stops at what is there; then recover again"
