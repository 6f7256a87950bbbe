"""`eks-pod-identity plan FILE`: what a run would do to the live cluster, before it does it."""

import gc
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.aws.addon_facts import observe_addon_facts
from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.kubernetes import KubernetesAccess, Notes
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.parallel import Progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.stack.default_tags import read_default_tags
from eks_pod_identity.cli.stack.policies import read_stack_policies
from eks_pod_identity.cli.stack.project_file import Programs
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    Format,
    FormatOption,
    KubeconfigOption,
    ProfileOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.report import render_text as render_problems
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.config import ClusterConfig, LoadedConfig, Places, load_cluster_config
from eks_pod_identity.errors import ObservationError, Problem, sorted_problems
from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.planning.plan import (
    Plan,
    PlanFacts,
    plan_cluster,
    relevant_roles,
    stack_of,
)
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
    region: Annotated[
        str | None, typer.Option("--region", "-r", metavar="REGION", help="By default the file's.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            "-c",
            metavar="NAME",
            help="The cluster whose part of the file to plan; by default the one of metadata.",
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
    cwd: Annotated[
        Path | None,
        typer.Option(
            "--cwd",
            "-C",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The folder of the program's Pulumi.yaml; by default FILE's or one above.",
        ),
    ] = None,
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
        source = read_source(file)
        loaded = load_cluster_config(source.text, file=source.name)
        if cluster:
            loaded = loaded.for_cluster(cluster)
        session = AwsSession(region or loaded.require().metadata.region, profile)
        way = KubernetesAccess(session, kubeconfig, context)
        programs = Programs.around(cwd or Path(file))
        facts = PlanFacts(stack=stack, projects=tuple(programs.folders))
        found = _plan(loaded, session, way, facts, programs, progress=progress)
    typer.echo("\n".join(_lines(found, output, show_sames=show_sames)))
    raise typer.Exit(_exit_code(found, detailed=detailed_exitcode))


def _plan(  # noqa: PLR0913 - what is asked, of whom, and how
    loaded: LoadedConfig,
    session: AwsSession,
    way: KubernetesAccess,
    facts: PlanFacts,
    programs: Programs,
    *,
    progress: Progress,
) -> Plan:
    config = loaded.require()
    observer = ClusterObserver(session, config.metadata.name, progress)
    try:
        state, notes = _observe(observer, way)
    except ObservationError as error:
        raise _placed(error, loaded.places) from error
    catalog = AddonCatalog(session.eks())
    facts = replace(facts, addons=observe_addon_facts(catalog, config, state, progress))
    tags = read_default_tags(programs, stack_of(config, state, facts))
    config = _with_default_tags(config, tags)
    roles = observer.observe_roles(relevant_roles(config, state, facts))
    state = replace(state, roles=roles.roles, missing_roles=roles.missing)
    # What has been read, and the plan, stay until the end; the collector need not look through them
    # any more, which takes a third off the plan of 5,000 associations.
    gc.disable()
    found = plan_cluster(config, state, facts, loaded.places)
    if found.asks_for_state:
        held, unread = read_stack_policies(programs, found.stack)
        notes = (*notes, *unread)
        found = plan_cluster(config, state, replace(facts, held=held), loaded.places)
    return replace(
        found,
        problems=sorted_problems([*loaded.problems, *found.problems]),
        notes=(*found.notes, *notes),
    )


def _with_default_tags(config: ClusterConfig, tags: Mapping[str, str]) -> ClusterConfig:
    """Return a file with the tags that the provider adds, which its own tags outdo."""
    if not tags:
        return config
    metadata = config.metadata.model_copy(update={"tags": {**tags, **config.metadata.tags}})
    return config.model_copy(update={"metadata": metadata})


def _observe(observer: ClusterObserver, way: KubernetesAccess) -> tuple[ClusterState, Notes]:
    """Return AWS's and Kubernetes' part of a cluster, read side by side."""
    cluster = observer.observe_cluster()
    with ThreadPoolExecutor(1) as beside:
        kubernetes = beside.submit(way.read, cluster)
        state = observer.observe(cluster)
        objects, notes = kubernetes.result()
    return replace(state, kubernetes=objects), notes


def _placed(error: ObservationError, places: Places) -> ObservationError:
    return ObservationError(_at_name(problem, places) for problem in error.problems)


def _at_name(problem: Problem, places: Places) -> Problem:
    if problem.id != "cluster-not-found":
        return problem
    path = ("metadata", "name")
    return replace(problem, address=places.address(path), places=places.places(path))


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
