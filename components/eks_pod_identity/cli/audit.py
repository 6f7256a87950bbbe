"""`eks-pod-identity audit`: the rules of the policy pack over what a live cluster has."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from importlib.metadata import version
from typing import Annotated

import typer

from eks_pod_identity.audit.declared import Declared, read_declared
from eks_pod_identity.audit.judge import judge
from eks_pod_identity.audit.render_json import report_to_json
from eks_pod_identity.audit.render_sarif import report_to_sarif
from eks_pod_identity.audit.render_text import render_text
from eks_pod_identity.audit.report import AuditReport
from eks_pod_identity.audit.settings import DEFAULTS, Settings
from eks_pod_identity.audit.settings_file import read_settings
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.session import AwsSession, sessions_of
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    KubeconfigOption,
    NamespaceOption,
    ProfileOption,
    ServiceAccountOption,
    TargetProfileOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.observed.account import AccountState, Selection

# A code of its own: a pipeline that lets violations pass must let nothing else pass.
VIOLATIONS = 3

_ONE_CLUSTER = "service accounts are read where one cluster is judged: give --cluster NAME"


class AuditFormat(Enum):
    """How an audit prints what it found."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def audit(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="ClusterConfig files: judge their clusters, and name the lines that declare.",
            show_default=False,
        ),
    ] = None,
    cluster: Annotated[
        list[str] | None,
        typer.Option(
            "--cluster",
            "-c",
            metavar="NAME",
            help="An EKS cluster; repeat it. By default those of FILE, or all of the region.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region", "-r", metavar="REGION", help="By default that of FILE, or boto3's own."
        ),
    ] = None,
    profile: ProfileOption = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    namespace: NamespaceOption = None,
    service_account: ServiceAccountOption = None,
    target_profile: TargetProfileOption = None,
    unused_roles: Annotated[
        bool,
        typer.Option(
            "--unused-roles",
            help="Judge roles, too, that trust EKS Pod Identity and have no association.",
        ),
    ] = False,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Levels and properties of rules, as --policy-pack-config takes."
        ),
    ] = None,
    output: Annotated[
        AuditFormat, typer.Option("--output", "-o", help="How to print; sarif for code scanning.")
    ] = AuditFormat.TEXT,
) -> None:
    """Judge roles and associations of live clusters by the rules of the policy pack.

    Exit 0 if no mandatory rule is broken, 3 if one is, 1 if AWS or a file could not be read.
    """
    selection = Selection(namespace, service_account)
    with exit_on_problems(as_json=output is AuditFormat.JSON), show_progress() as progress:
        settings = _settings(config)
        declared = _declared(files or ())
        region = region or _region(declared)
        session = AwsSession(region, profile)
        others = sessions_of(region, target_profile or (), "--target-profile")
        observer = AccountObserver(session, progress, others)
        names = tuple(cluster or ()) or declared.clusters or observer.cluster_names()
        if len(names) != 1 and (kubeconfig or context):
            raise typer.BadParameter("--kubeconfig and --context go with one cluster")
        state = observer.observe(names, selection, unused_roles=unused_roles)
        state = _with_kubernetes(state, KubernetesAccess(session, kubeconfig, context))
    report = judge(state, settings, selection, declared=declared)
    typer.echo("\n".join(_lines(report, output)))
    raise typer.Exit(VIOLATIONS if report.mandatory else 0)


def _with_kubernetes(state: AccountState, way: KubernetesAccess) -> AccountState:
    """Return a state with the service accounts of its cluster, if it has one alone."""
    if len(state.clusters) != 1:
        return replace(state, notes=(_ONE_CLUSTER,) if state.clusters else ())
    (cluster,) = state.clusters
    found, notes = way.read(cluster)
    return replace(state, clusters=(replace(cluster, kubernetes=found),), notes=notes)


def _declared(files: Sequence[str]) -> Declared:
    sources = [read_source(file) for file in files]
    return read_declared(load_cluster_config(each.text, file=each.name) for each in sources)


def _region(declared: Declared) -> str | None:
    if len(declared.regions) > 1:
        regions = " and ".join(sorted(declared.regions))
        raise typer.BadParameter(f"the files are for {regions}; give --region")
    return next(iter(declared.regions), None)


def _settings(file: str | None) -> Settings:
    if file is None:
        return DEFAULTS
    source = read_source(file, "a JSON file of rules")
    return read_settings(source.text, source.name)


def _lines(report: AuditReport, output: AuditFormat) -> Iterable[str]:
    if output is AuditFormat.JSON:
        return (json.dumps(report_to_json(report), indent=2),)
    if output is AuditFormat.SARIF:
        sarif = report_to_sarif(report, version("pulumi-eks-pod-identity"))
        return (json.dumps(sarif, indent=2),)
    return render_text(report, terminal_width())
