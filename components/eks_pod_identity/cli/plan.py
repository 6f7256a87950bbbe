"""`eks-pod-identity plan FILE`: what a run would do to the live cluster, before it does it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.stack.plan_source import LivePlanSource
from eks_pod_identity.cli.stack.project_file import Programs
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    Format,
    FormatOption,
    KubeconfigOption,
    ProfileOption,
    ProgramOfFileOption,
    RegionOfFileOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.report import render_text as render_problems
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.planning.file_plan import plan_file
from eks_pod_identity.planning.plan import Plan, PlanFacts
from eks_pod_identity.planning.rendering.json_report import plan_to_json
from eks_pod_identity.planning.rendering.markdown import render_markdown
from eks_pod_identity.planning.rendering.text import note_lines, render_text

_PROBLEMS = 1
_DIFFERENCES = 2


def plan(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A ClusterConfig file, or - for standard input.")
    ],
    region: RegionOfFileOption = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            "-c",
            metavar="NAME",
            help="Plan the file's part for this cluster; by default the one of metadata.",
        ),
    ] = None,
    profile: ProfileOption = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    stack: Annotated[
        str | None,
        typer.Option(
            metavar="PROJECT/STACK",
            help="The Pulumi stack of the file, if several work on the cluster.",
        ),
    ] = None,
    cwd: ProgramOfFileOption = None,
    output: FormatOption = Format.TEXT,
    show_sames: Annotated[
        bool, typer.Option("--show-sames", help="List what stays as it is, too.")
    ] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 if there is anything to do.")
    ] = False,
) -> None:
    """Show what would be created, updated and deleted; exit 1 if there are errors."""
    if stack and not re.fullmatch(r"[^/]+/[^/]+", stack):
        raise typer.BadParameter(f"--stack: {stack!r} is not PROJECT/STACK")
    with exit_on_problems(as_json=output is Format.JSON), show_progress() as progress:
        given = read_source(file)
        loaded = load_cluster_config(given.text, file=given.name)
        if cluster:
            loaded = loaded.for_cluster(cluster)
        metadata = loaded.require().metadata
        session = AwsSession(region or metadata.region, profile)
        way = KubernetesAccess(session, kubeconfig, context)
        programs = Programs.around(cwd or Path(file))
        source = LivePlanSource(session, metadata.name, way, programs, progress)
        found = plan_file(loaded, source, PlanFacts(stack, tuple(programs.folders)))
    typer.echo("\n".join(_lines(found, output, show_sames=show_sames)))
    raise typer.Exit(_exit_code(found, detailed=detailed_exitcode))


def _lines(found: Plan, output: Format, *, show_sames: bool) -> Iterator[str]:
    if output is Format.JSON:
        yield json.dumps(plan_to_json(found), indent=2)
    elif output is Format.MARKDOWN:
        yield from render_markdown(found)
    else:
        if found.problems:
            yield render_problems(found.problems)
        if found.errors:
            yield from note_lines(found, terminal_width())
        else:
            yield from render_text(found, terminal_width(), show_sames=show_sames)


def _exit_code(found: Plan, *, detailed: bool) -> int:
    if found.errors:
        return _PROBLEMS
    return _DIFFERENCES if detailed and found.differences else 0
