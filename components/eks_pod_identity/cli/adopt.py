"""`eks-pod-identity adopt FILE`: take over what a file declares and another tool made.

Goes in: a file, its Pulumi program, and AWS. Comes out: one import file, or the import done, and
what to do at the tool that made it. AWS itself is only read.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.adoption.rounds import Adoption, Look
from eks_pod_identity.cli.listings.adoption import adoption_lines, adoption_to_json
from eks_pod_identity.cli.stack.plan_source import LivePlanSource
from eks_pod_identity.cli.stack.project_file import Programs
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    KubeconfigOption,
    ProfileOption,
    ProgramOfFileOption,
    RegionOfFileOption,
    SelectedStackOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.report import Output
from eks_pod_identity.cli.terminal.report import render_text as render_problems
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.planning.rendering.text import render_text

_IMPORT_FILE = "import.json"
_COMMAND = "pulumi import --file {file} --protect=false --generate-code=false"


def adopt(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", exists=True, dir_okay=False, help="The ClusterConfig file of a program."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import, too.")] = False,
    import_file: Annotated[
        Path | None,
        typer.Option(
            "--import-file",
            "-o",
            metavar="FILE",
            help=f"Where to write the import; {_IMPORT_FILE} in the program's folder.",
        ),
    ] = None,
    region: RegionOfFileOption = None,
    profile: ProfileOption = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    cwd: ProgramOfFileOption = None,
    stack: SelectedStackOption = None,
    output: Annotated[Output, typer.Option("--output", help="How to print.")] = Output.TEXT,
) -> None:
    """Adopt what FILE declares and another tool created: add-ons, roles, associations.

    Exit 0 if all of it can be adopted, or there is nothing to adopt; 1 if there are errors.
    """
    with exit_on_problems(as_json=output is Output.JSON), show_progress() as progress:
        text = read_source(str(file)).text
        metadata = load_cluster_config(text, file=file.name).require().metadata
        session = AwsSession(region or metadata.region, profile)
        way = KubernetesAccess(session, kubeconfig, context)
        programs = Programs.around(cwd or file)
        folder = next(iter(programs.folders.values()), cwd or file.parent)
        source = LivePlanSource(session, metadata.name, way, programs, progress)
        adoption = Adoption(file, text, source, Pulumi(folder, stack))
        look = adoption.look()
        plan = adoption.do(look) if yes and look.holdings else None
        written = _write(look, import_file, folder, is_done=plan is not None)
    typer.echo("\n".join(_lines(look, plan, written, output)))


def _write(look: Look, wanted: Path | None, folder: Path, *, is_done: bool) -> Path | None:
    """Write the import file, if there is an import and somebody is to run it."""
    if not look.holdings or (is_done and wanted is None):
        return None
    place = wanted or folder / _IMPORT_FILE
    place.write_text(json.dumps(look.content, indent=2) + "\n", encoding="utf-8")
    return place


def _lines(look: Look, plan: Plan | None, written: Path | None, output: Output) -> Iterator[str]:
    if output is Output.JSON:
        yield json.dumps(adoption_to_json(look, plan, written), indent=2)
        return
    width = terminal_width()
    yield from adoption_lines(look, width)
    if look.warnings:
        yield render_problems(look.warnings)
    if not look.holdings:
        return
    yield "imported; the next run would do this:" if plan else "after the import, a run would do:"
    yield from render_text(plan or look.plan, width)
    if plan is None and written:
        yield f"{_COMMAND.format(file=written)}"
        yield "imports it; this command with --yes does the same"
