"""`eks-pod-identity up`: `pulumi up` without a checkpoint at each step, and without its risk.

A backend that is a folder or a bucket is written anew at each step, which is nine tenths of the
time of a large run. Here the engine saves once, at its end, and its event log is kept until it has.
Goes in: what `pulumi up` takes. Comes out: its exit code.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.cli.recovery.lost_run import LostRun, record_of
from eks_pod_identity.cli.stack.backend import check_writable, is_rewritten
from eks_pod_identity.cli.stack.engine import run_engine
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import ProgramOption, SelectedStackOption
from eks_pod_identity.errors import ApplyError, Problem
from eks_pod_identity.recovery.replay import Replay, replay

_ONCE = {
    "PULUMI_SKIP_CHECKPOINTS": "true",
    "PULUMI_EXPERIMENTAL": "true",
    "PULUMI_DEBUG_COMMANDS": "true",  # has --event-log
}


def up(
    *,
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-- OPTIONS]",
            help="Options of pulumi up, as in -- --refresh --parallel 20.",
            show_default=False,
        ),
    ] = None,
    cwd: ProgramOption = Path(),
    stack: SelectedStackOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    skip_preview: Annotated[
        bool, typer.Option("--skip-preview", "-f", help="Do it without a preview.")
    ] = False,
) -> None:
    """Run `pulumi up`, many times faster with a large stack in a folder or a bucket.

    Exit code: that of pulumi up; 1 too if the state could not be saved.
    """
    flags = {"--yes": yes, "--skip-preview": skip_preview}
    asked = [*(name for name, wanted in flags.items() if wanted), *(options or ())]
    with exit_on_problems():
        pulumi = Pulumi(cwd, stack)
        backend = pulumi.backend_url()
        on_stack = ["--stack", stack] if stack else []
        arguments = ["up", *on_stack, *asked]
        if is_rewritten(backend):
            raise typer.Exit(_run_once_saved(pulumi, arguments, backend))
        raise typer.Exit(run_engine(arguments, cwd, {}))


def _run_once_saved(pulumi: Pulumi, arguments: Sequence[str], backend: str) -> int:
    """Run an update that saves at its end; keep the record of it if it did not."""
    record = record_of(pulumi)
    lost = LostRun.find(pulumi, record)
    if lost:
        raise ApplyError([_cut_off(lost)])
    check_writable(backend, pulumi.folder)
    record.begin()
    typer.echo("the state is saved once, at the end; until then the run is kept in", err=True)
    typer.echo(f"  {record.folder}", err=True)
    log = ["--event-log", str(record.events.absolute())]
    code = run_engine([*arguments, *log], pulumi.folder, _ONCE)
    # An engine that could not save says so by its exit code.
    unsaved = replay(pulumi.export(), record.journal()) if code else None
    if unsaved and unsaved.is_needed:
        raise ApplyError([_not_saved(unsaved)])
    record.end()
    return code


_RECOVER = "eks-pod-identity recover, then this command again"


def _cut_off(lost: LostRun) -> Problem:
    return Problem(
        "run-cut-off",
        "pulumi",
        "the run before ended before its state was saved",
        observed=(str(lost.runner),),
        help=(_RECOVER,),
    )


def _not_saved(unsaved: Replay) -> Problem:
    return Problem(
        "run-not-saved",
        "pulumi",
        "the engine ended before it had saved the state",
        observed=(f"the state lacks what it did: {unsaved.summary}",),
        help=(_RECOVER,),
    )
