"""`eks-pod-identity recover`: after an interrupted run, let the stack know what was made.

Goes in: a Pulumi program's folder and stack. Comes out: a table of what was found and, if agreed
to, a stack of which the next `pulumi up` converges. AWS itself is only read.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.cli.listings.recovery import kept_lines, lock_lines, plan_lines
from eks_pod_identity.cli.recovery.rounds import Outcome, Recovery, Situation
from eks_pod_identity.cli.stack.checkpoint import Damage
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import ProgramOption, SelectedStackOption
from eks_pod_identity.cli.terminal.report import render_text
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.recovery.plan import Action


def recover(
    *,
    cwd: ProgramOption = Path(),
    stack: SelectedStackOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
) -> None:
    """After an interrupted `pulumi up`, bring what it made back into the stack.

    Exit 0 if the stack is well again, 1 if nothing was done or something is left for you.
    """
    with exit_on_problems():
        recovery = Recovery(Pulumi(cwd, stack))
        _mend(recovery.damage(), yes=yes)
        restored = _restore(recovery, yes=yes)
        situation = recovery.look()
        if situation.warnings:
            typer.echo(render_text(situation.warnings), err=True)
        if situation.is_sound:
            typer.echo("recovered" if restored else "nothing to recover")
            return
        _show(situation)
        outcome = Outcome()
        if situation.has_work:
            _agree(yes=yes)
            outcome = recovery.do(situation)
    _conclude(situation, outcome)


def _mend(damages: Sequence[Damage], *, yes: bool) -> None:
    """Make the stack readable for all that comes after."""
    if not damages:
        return
    for line in (line for damage in damages for line in damage.lines()):
        typer.echo(line)
    _agree(yes=yes)
    for damage in damages:
        damage.mend()


def _restore(recovery: Recovery, *, yes: bool) -> bool:
    """Let the state know what a run did that could not save it; tell whether there was one."""
    lost = recovery.lost()
    if lost is None:
        return False
    for line in lost.lines():
        typer.echo(line)
    _agree(yes=yes)
    recovery.restore(lost)
    return True


def _show(situation: Situation) -> None:
    for line in plan_lines(situation.plan, terminal_width()):
        typer.echo(line)
    for lock in situation.stale_locks:
        for line in lock_lines(lock):
            typer.echo(line)


def _agree(*, yes: bool) -> None:
    """End the command unless the user agrees."""
    if yes:
        return
    if not sys.stdin.isatty():
        typer.echo("nothing was done; --yes does it", err=True)
        raise typer.Exit(1)
    if not typer.confirm("do this?"):
        raise typer.Exit(1)


def _conclude(situation: Situation, outcome: Outcome) -> None:
    if outcome.foreign:
        typer.echo(render_text(outcome.foreign), err=True)
    for line in kept_lines(situation.plan, is_pending=outcome.is_pending):
        typer.echo(line, err=True)
    if situation.plan.of(Action.KEEP):
        raise typer.Exit(1)
    typer.echo("recovered; go on with pulumi up or pulumi destroy")
