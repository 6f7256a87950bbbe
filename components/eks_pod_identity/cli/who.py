"""`eks-pod-identity who`: who can assume a role, of AWS, of a file, a state or a preview."""

import json
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.listings.role_sources import roles_of_text
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    NamespaceOption,
    ProfileOption,
    RegionOption,
    ServiceAccountOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.source import STANDARD_INPUT, read_source
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.observed.account import Selection
from eks_pod_identity.review.fault import ReviewFault
from eks_pod_identity.review.render_who import render_text, to_json
from eks_pod_identity.review.role_trust import RoleTrust, roles_of_account
from eks_pod_identity.review.who import WhoReport
from eks_pod_identity.review.who import who as answer


class WhoFormat(Enum):
    """How the answer is printed."""

    TEXT = "text"
    JSON = "json"


def who(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    role: Annotated[
        str | None,
        typer.Argument(
            metavar="ROLE|FILE",
            help="The name or ARN of a role; or a file, - for standard input, with a trust policy,"
            " a ClusterConfig, a state (`pulumi stack export`) or a preview (`--json`). By default"
            " all roles of the region's pods.",
            show_default=False,
        ),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    cluster: Annotated[
        list[str] | None,
        typer.Option(
            "--cluster", "-c", metavar="NAME", help="Only this cluster; repeat it. By default all."
        ),
    ] = None,
    namespace: NamespaceOption = None,
    service_account: ServiceAccountOption = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The account of the roles of FILE, where it does not say."),
    ] = None,
    output: Annotated[
        WhoFormat, typer.Option("--output", "-o", help="How to print; json has everything.")
    ] = WhoFormat.TEXT,
) -> None:
    """Show who can assume a role: pods, other principals, and by way of other roles."""
    with exit_on_problems(as_json=output is WhoFormat.JSON):
        if role and (role == STANDARD_INPUT or Path(role).is_file()):
            source = read_source(role, "a role or a file")
            found = roles_of_text(source, account)
        else:
            selection = Selection(namespace, service_account)
            found = _live(role, AwsSession(region, profile), cluster or [], selection)
        reports = [answer(each, account) for each in found]
    typer.echo("\n".join(_lines(reports, output)))


def _live(
    role: str | None, session: AwsSession, clusters: list[str], selection: Selection
) -> list[RoleTrust]:
    """Return the roles that AWS has: one, or those of the pods that are asked for."""
    with show_progress() as progress:
        observer = AccountObserver(session, progress)
        names = clusters or observer.cluster_names()
        everything = role is not None or (selection.is_all and not clusters)
        state = observer.observe(names, selection, unused_roles=everything)
        if role is not None and not any(_is(role, arn) for arn in state.roles):
            state = observer.with_role(state, role)
    wanted = [arn for arn in state.roles if role is None or _is(role, arn)]
    if role is not None and not wanted:
        help_ = "give the name or the ARN of a role of this account, or the path of a file"
        message = "the account has no such role, and there is no such file"
        raise ObservationError([Problem(ReviewFault.NO_ROLE.id, role, message, help=(help_,))])
    return list(roles_of_account(state, sorted(wanted)))


def _is(role: str, arn: str) -> bool:
    return role in {arn, arn.rpartition("/")[2]}


def _lines(reports: Iterable[WhoReport], output: WhoFormat) -> Iterator[str]:
    if output is WhoFormat.JSON:
        yield json.dumps({"roles": [to_json(each) for each in reports]}, indent=2)
        return
    lines = list(render_text(reports))
    yield from lines or ["no roles"]
