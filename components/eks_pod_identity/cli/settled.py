"""`eks-pod-identity settled`: whether new pods get the credentials of their associations yet."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ClusterOption,
    ContextOption,
    Format,
    FormatOption,
    KubeconfigOption,
    ProfileOption,
    RegionOption,
)
from eks_pod_identity.kubernetes.settling import PASSES, Settlement, wait_until_settled
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import Association

NOT_SETTLED, CANNOT_ASK = 1, 4


def settled(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    accounts: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAMESPACE/SERVICE-ACCOUNT", help="Service accounts to ask about."),
    ] = None,
    cluster: ClusterOption,
    region: RegionOption = None,
    profile: ProfileOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Ask about every association of the cluster.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait at most.")
    ] = 120.0,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Wait until new pods get the credentials of their associations."""
    wanted = _wanted(accounts or [], everything=everything)
    with exit_on_problems(as_json=output is Format.JSON):
        session = AwsSession(region, profile)
        observer = ClusterObserver(session, cluster)
        state = observer.observe_cluster()
        associated = _associated(observer.observe_associations())
        way = KubernetesAccess(session, kubeconfig, context)
        asked = [one for one in wanted if one in associated] if wanted else sorted(associated)
        found = list(wait_until_settled(lambda: way.access(state), asked, timeout))
    missing = [one for one in wanted if one not in associated]
    typer.echo(_json(cluster, found, missing) if output is Format.JSON else _text(found, missing))
    raise typer.Exit(_exit_code(found, missing))


def _wanted(accounts: Sequence[str], *, everything: bool) -> list[ServiceAccountRef]:
    if bool(accounts) == everything:
        raise typer.BadParameter("name service accounts, or give --all")
    parts = [each.partition("/") for each in accounts]
    if any(not namespace or not name or "/" in name for namespace, _, name in parts):
        raise typer.BadParameter("a service account is NAMESPACE/NAME")
    return [ServiceAccountRef(namespace, name) for namespace, _, name in parts]


def _associated(found: Sequence[Association]) -> set[ServiceAccountRef]:
    return {each.service_account for each in found}


def _exit_code(found: Sequence[Settlement], missing: Sequence[ServiceAccountRef]) -> int:
    if any(each.obstacle for each in found):
        return CANNOT_ASK
    return NOT_SETTLED if missing or not all(each.settled for each in found) else 0


def _text(found: Sequence[Settlement], missing: Sequence[ServiceAccountRef]) -> str:
    return "\n".join(_lines(found, missing)) or "the cluster has no associations"


def _lines(found: Sequence[Settlement], missing: Sequence[ServiceAccountRef]) -> Iterator[str]:
    for each in found:
        if each.obstacle:
            yield f"{each.account}  cannot ask: {each.obstacle}"
        elif each.settled:
            yield f"{each.account}  settled: {PASSES} asks in a row saw the association"
        else:
            yield f"{each.account}  not settled after {each.seconds:.0f} s"
    for account in missing:
        yield f"{account}  has no association"


def _json(cluster: str, found: Sequence[Settlement], missing: Sequence[ServiceAccountRef]) -> str:
    listed = [
        {
            "namespace": each.account.namespace,
            "serviceAccount": each.account.name,
            "settled": each.settled,
            "seconds": round(each.seconds, 1),
            **({"obstacle": each.obstacle} if each.obstacle else {}),
        }
        for each in found
    ]
    without = [{"namespace": one.namespace, "serviceAccount": one.name} for one in missing]
    document = {"clusterName": cluster, "serviceAccounts": listed, "withoutAssociation": without}
    return json.dumps(document, indent=2)
