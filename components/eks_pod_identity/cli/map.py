"""`eks-pod-identity map`: who has which role, as a page, a Mermaid graph or JSON."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Annotated

import typer

from eks_pod_identity.audit.judge import judge
from eks_pod_identity.audit.report import Breach
from eks_pod_identity.audit.subject import ATTACHED_TO, Kind, Subject
from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.session import AwsSession, sessions_of
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    NamespaceOption,
    ProfileOption,
    RegionOption,
    TargetProfileOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.map.account_map import AccountMap, Findings, MapFinding, map_account
from eks_pod_identity.map.json_report import map_to_json
from eks_pod_identity.map.mermaid import map_to_mermaid
from eks_pod_identity.map.page import map_to_page
from eks_pod_identity.observed.account import AccountState, Selection

_BY_ADDRESS = frozenset({Kind.ASSOCIATION, Kind.SERVICE_ACCOUNT})


class MapFormat(Enum):
    """How a map is written."""

    HTML = "html"
    MERMAID = "mermaid"
    JSON = "json"


def map(  # noqa: A001, PLR0913 - named as the command; it has as many parameters as options
    *,
    cluster: Annotated[
        list[str] | None,
        typer.Option(
            "--cluster",
            "-c",
            metavar="NAME",
            help="An EKS cluster; repeat it. By default all of the region.",
        ),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    target_profile: TargetProfileOption = None,
    namespace: NamespaceOption = None,
    output: Annotated[
        MapFormat, typer.Option("--output", "-o", help="html is one page that needs no network.")
    ] = MapFormat.HTML,
) -> None:
    """Write a map of service accounts, roles and target roles, with what the rules find on them.

    The map goes to standard output: eks-pod-identity map > map.html
    """
    selection = Selection(namespace)
    with exit_on_problems(as_json=output is MapFormat.JSON), show_progress() as progress:
        others = sessions_of(region, target_profile or (), "--target-profile")
        observer = AccountObserver(AwsSession(region, profile), progress, others)
        names = tuple(cluster or ()) or observer.cluster_names()
        state = observer.observe(names, selection)
    findings = _findings(state, judge(state, selection=selection).breaches)
    typer.echo("\n".join(_lines(map_account(state, findings, selection), output)))


def _findings(state: AccountState, breaches: Iterable[Breach]) -> Findings:
    """Return breaches by what the map shows; those of a policy count for the roles that have it."""
    found: dict[str, list[MapFinding]] = defaultdict(list)
    arns = {role.name: arn for arn, role in state.roles.items()}
    for each in breaches:
        finding = MapFinding(
            each.rule.id, each.level.value, each.rule.severity.value, each.message, each.help
        )
        for key in _keys(each.subject, arns):
            found[key].append(finding)
    return found


def _keys(subject: Subject, arns: dict[str, str]) -> Sequence[str]:
    if subject.kind in _BY_ADDRESS:
        return (subject.address,)
    attached = subject.related.get(ATTACHED_TO, ())
    return tuple(arns.get(each, each) for each in attached) or (subject.arn,)


def _lines(account: AccountMap, output: MapFormat) -> Iterator[str]:
    if output is MapFormat.JSON:
        yield json.dumps(map_to_json(account), indent=2)
    elif output is MapFormat.MERMAID:
        yield from map_to_mermaid(account)
    else:
        names = ", ".join(each.name for each in account.clusters)
        yield map_to_page(account, f"Pod identities of {names}" if names else "No clusters")
