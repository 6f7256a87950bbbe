"""`eks-pod-identity doctor`: why pods have no credentials, or are refused."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.observe_associations import Filters, list_associations
from eks_pod_identity.aws.observe_picture import PictureObserver
from eks_pod_identity.aws.session import AwsSession, sessions_of
from eks_pod_identity.cli.listings.declared import DeclaredFile, read_declared
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ContextOption,
    KubeconfigOption,
    ProfileOption,
    RegionOption,
    TargetProfileOption,
)
from eks_pod_identity.cli.terminal.report import Output
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.diagnosis.diagnose import Diagnosis, diagnose
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Verdict
from eks_pod_identity.diagnosis.render_json import diagnosis_to_json
from eks_pod_identity.diagnosis.render_text import render_text
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.names import is_namespace
from eks_pod_identity.observed.picture import Picture, Question

FOUND, CANNOT_TELL = 3, 4
_CODES = {Verdict.OK: 0, Verdict.CAUSE: FOUND, Verdict.UNKNOWN: CANNOT_TELL}


def doctor(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    target: Annotated[
        str,
        typer.Argument(
            metavar="NAMESPACE/NAME", help="A service account, or a pod.", show_default=False
        ),
    ],
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", "-c", metavar="NAME", help="By default the region's only one that fits."
        ),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    target_profile: TargetProfileOption = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    file: Annotated[
        str | None,
        typer.Option("--file", "-f", metavar="FILE", help="The ClusterConfig, to compare with."),
    ] = None,
    action: Annotated[str, typer.Option(metavar="SERVICE:ACTION", help="A call that fails.")] = "",
    resource: Annotated[
        str, typer.Option(metavar="ARN", help="With --action: what it acts on; by default *.")
    ] = "",
    sdk: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VERSION", help="An AWS SDK of the pods; repeat it."),
    ] = None,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="How to print; json has everything.")
    ] = Output.TEXT,
) -> None:
    """Find out why pods have no credentials: exit 0 if healthy, 3 with a cause, 4 if unknown."""
    namespace, name = _parts(target)
    sdks = dict(_pairs(sdk or ()))
    with exit_on_problems(as_json=output is Output.JSON):
        declared = read_declared(file, cluster) if file else None
        session = AwsSession(region or (declared.region if declared else None) or None, profile)
        others = sessions_of(region, target_profile or (), "--target-profile")
        named = cluster or (declared.cluster if declared else None)
        chosen = named or _cluster(session, namespace, name)
        way = KubernetesAccess(session, kubeconfig, context)
        question = Question(action, resource, sdks)
        picture = PictureObserver(session, chosen, way, others).observe(namespace, name, question)
    found = diagnose(_with_file(picture, declared))
    typer.echo("\n".join(_rendered(found, output)))
    raise typer.Exit(_CODES[found.verdict])


def _with_file(picture: Picture, declared: DeclaredFile | None) -> Picture:
    if declared is None:
        return picture
    question = replace(
        picture.question,
        declared=declared.entries.get(picture.account, ""),
        declared_accounts=tuple(declared.entries),
        external_agent=declared.external_agent,
    )
    return replace(picture, question=question)


def _parts(target: str) -> tuple[str, str]:
    namespace, slash, name = target.partition("/")
    if not slash or not is_namespace(namespace) or not name or "/" in name:
        raise typer.BadParameter("give NAMESPACE/SERVICE_ACCOUNT or NAMESPACE/POD")
    return namespace, name


def _pairs(entries: Sequence[str]) -> Iterator[tuple[str, str]]:
    for each in entries:
        name, equals, version = each.partition("=")
        if not equals or not name or not version:
            raise typer.BadParameter(f"--sdk takes NAME=VERSION, not {each!r}")
        yield name, version


def _cluster(session: AwsSession, namespace: str, name: str) -> str:
    """Return the region's only cluster, or the only one with an association of this name.

    Raises:
        ObservationError: There are several, or none.
    """
    names = AccountObserver(session).cluster_names()
    filters = Filters(namespace, name)
    if names[1:]:
        having = [one for one in names if list_associations(session.eks(), one, filters)]
        names = tuple(having) if len(having) == 1 else names
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names) if names else "no clusters"
    fault = DoctorFault.CLUSTER_UNNAMED if names else DoctorFault.CLUSTER_MISSING
    message = "the cluster has to be named" if names else "the region has no cluster"
    problem = Problem(
        fault.id,
        "--cluster",
        message,
        observed=(f"the region has {shown}",),
        help=(f"--cluster {names[0]}",) if names else ("look at --region and --profile",),
    )
    raise ObservationError([problem])


def _rendered(found: Diagnosis, output: Output) -> Iterator[str]:
    if output is Output.JSON:
        yield json.dumps(diagnosis_to_json(found), indent=2)
    else:
        yield from render_text(found, terminal_width())
