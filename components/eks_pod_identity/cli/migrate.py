"""`eks-pod-identity migrate`: from IRSA to Pod Identity, nobody gains, nobody loses unasked."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from eks_pod_identity.aws.inventory import survey, unread_of
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.session import AwsSession, sessions_of
from eks_pod_identity.cli.listings.migration import status_table
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    KubeconfigOption,
    ProfileOption,
    RegionOption,
    TargetProfileOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.migration.fault import MigrationFault
from eks_pod_identity.migration.inventory import Inventory
from eks_pod_identity.migration.plan import plan_migration
from eks_pod_identity.migration.proof import RoleProof, prove
from eks_pod_identity.migration.rendering.files import migration_files
from eks_pod_identity.migration.rendering.plain import plan_json, proof_json
from eks_pod_identity.migration.rendering.text import plan_lines, proof_lines, summary
from eks_pod_identity.migration.steps import PhaseName
from eks_pod_identity.migration.values import Ask, MigrationPlan
from eks_pod_identity.observed.stack import StackState

DOES_NOT_HOLD = 1
_ROLE = "aws:iam/role:Role"


class Action(Enum):
    """What `migrate` does."""

    STATUS = "status"
    PLAN = "plan"
    PROOF = "proof"


class MigrateFormat(Enum):
    """How a migration is printed."""

    TEXT = "text"
    JSON = "json"


def migrate(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    action: Annotated[Action, typer.Argument(metavar="status|plan|proof", show_default=False)],
    cluster: Annotated[
        list[str] | None,
        typer.Option("--cluster", "-c", metavar="NAME", help="A cluster to move; repeat it."),
    ] = None,
    all_clusters: Annotated[
        bool, typer.Option("--all-clusters", help="Move all clusters that can be seen.")
    ] = False,
    region: RegionOption = None,
    profile: ProfileOption = None,
    namespace: Annotated[
        list[str] | None,
        typer.Option("--namespace", "-n", metavar="NAME", help="Only this one; repeat it."),
    ] = None,
    upto: Annotated[
        PhaseName | None,
        typer.Option("--upto", metavar="PHASE", help="Print phases up to this one."),
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--output-directory",
            "-o",
            metavar="DIR",
            help="Of `plan`: write entries of cluster.yaml, imports, trust policies and what each"
            " owner has to change.",
        ),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="What `pulumi stack export` printed: its roles are changed there; repeat it.",
        ),
    ] = None,
    target_profile: TargetProfileOption = None,
    trust_policy_quota: Annotated[
        int | None,
        typer.Option(
            metavar="CHARACTERS", min=2048, max=8192, help="If the account's quota was raised."
        ),
    ] = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    output: Annotated[
        MigrateFormat, typer.Option("--output", help="How to print; json has everything.")
    ] = MigrateFormat.TEXT,
) -> None:
    """Plan the way from IRSA to Pod Identity, and prove that access stays the same.

    Nothing is written to AWS or a cluster. `status` lists service accounts, `plan` shows findings,
    phases with their writes, gates and undo, `proof` who can assume each role at each moment.
    Exit 0 if all is read; of `proof` 1 if anybody gains, loses unasked, or it is not proved.
    """
    with exit_on_problems(as_json=output is MigrateFormat.JSON):
        _require(cluster, all_clusters=all_clusters)
        session = AwsSession(region, profile)
        ways = _ways(session, cluster or [], kubeconfig, context)
        with show_progress() as progress:
            found = survey(
                session,
                others=sessions_of(region, target_profile or (), "--target-profile"),
                ways=ways,
                programs=_programs(state or ()),
                quota=trust_policy_quota,
                progress=progress,
            )
        ask = _ask(found.inventory, _region_of(session), cluster or [], namespace)
        plan = plan_migration(found.inventory, ask)
        proofs = prove(plan)
        written = _write(directory, migration_files(plan, proofs)) if directory else []
    for note in unread_of(found.inventory):
        typer.echo(f"not read: {note}", err=True)
    typer.echo(_answer(action, plan, proofs, output, upto))
    for path in written if output is MigrateFormat.TEXT else ():
        typer.echo(f"wrote {path}")
    if action is Action.PROOF and not all(each.holds for each in proofs):
        raise typer.Exit(DOES_NOT_HOLD)


def _answer(
    action: Action,
    plan: MigrationPlan,
    proofs: Sequence[RoleProof],
    output: MigrateFormat,
    upto: PhaseName | None,
) -> str:
    width = terminal_width()
    if output is MigrateFormat.JSON:
        value = proof_json(plan, proofs) if action is Action.PROOF else plan_json(plan, proofs)
        return json.dumps(value, indent=2)
    if action is Action.PLAN:
        return "\n".join(plan_lines(plan, proofs, width, upto))
    if action is Action.PROOF:
        return "\n".join(proof_lines(plan, proofs, width))
    return "\n".join((*status_table(plan, width), summary(plan)))


def _require(clusters: Sequence[str] | None, *, all_clusters: bool) -> None:
    if bool(clusters) == all_clusters:
        help_ = "--cluster NAME, as often as there are clusters to move, or --all-clusters"
        raise _error(MigrationFault.NOTHING_ASKED, "--cluster", "say which clusters move", help_)


def _error(fault: MigrationFault, address: str, message: str, *help_: str) -> ObservationError:
    return ObservationError([Problem(fault.id, address, message, help=help_)])


def _ways(
    session: AwsSession, clusters: Sequence[str], kubeconfig: str | None, context: str | None
) -> dict[str, KubernetesAccess]:
    if not (kubeconfig or context):
        return {}
    if len(clusters) != 1:
        message = "a kubeconfig leads to one cluster"
        raise _error(MigrationFault.NOTHING_ASKED, "--kubeconfig", message, "give one --cluster")
    return {clusters[0]: KubernetesAccess(session, kubeconfig, context)}


def _region_of(session: AwsSession) -> str:
    return session.eks().meta.region_name


def _ask(
    inventory: Inventory, region: str, names: Sequence[str], namespaces: Sequence[str] | None
) -> Ask:
    spaces = frozenset(namespaces) if namespaces else None
    if not names:
        return Ask(frozenset(each.place for each in inventory.clusters), spaces)
    here = {
        each.place.cluster: each.place for each in inventory.clusters if each.place.region == region
    }
    problems = [
        Problem(
            MigrationFault.NO_CLUSTER.id,
            "--cluster",
            f'{region} has no cluster "{name}"',
            observed=(f"{region} has {', '.join(sorted(here)) or 'no clusters'}",),
            help=("look at --cluster, --region and --profile",),
        )
        for name in names
        if name not in here
    ]
    if problems:
        raise ObservationError(problems)
    return Ask(frozenset(here[name] for name in names), spaces)


def _programs(files: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Return by role the Pulumi stack that has it, and its name there."""
    found: dict[str, tuple[str, str]] = {}
    for file in files:
        source = read_source(file, "a state of Pulumi")
        state = StackState.from_export(_export(file, source.text))
        for each in state.resources:
            if each.type == _ROLE and each.outputs.get("arn"):
                found[str(each.outputs["arn"])] = (state.full_name, each.name)
    return found


def _export(file: str, text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "deployment" not in value:
        message = "this is not the output of `pulumi stack export`"
        raise _error(
            MigrationFault.STATE_UNREADABLE, file, message, f"pulumi stack export --file {file}"
        )
    return value


def _write(directory: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files, none if one of them is there with another text."""
    texts = {directory / path: text for path, text in files.items()}
    problems = [
        Problem(
            MigrationFault.FILE_EXISTS.id,
            str(path),
            "the file is there with another text",
            help=("give a new directory by -o, or delete the file",),
        )
        for path, text in texts.items()
        if path.exists() and path.read_text("utf-8") != text
    ]
    if problems:
        raise ObservationError(problems)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(texts)
