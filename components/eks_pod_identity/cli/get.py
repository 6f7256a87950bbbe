"""`eks-pod-identity get`: what pod identities and add-ons a cluster has, and who owns them."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from eks_pod_identity.aws.observe import STANDALONE, ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli import addon_listing, association_listing
from eks_pod_identity.cli.failure import exit_on_problems
from eks_pod_identity.cli.options import (
    ClusterOption,
    Format,
    FormatOption,
    ProfileOption,
    RegionOption,
)
from eks_pod_identity.cli.progress import show_progress
from eks_pod_identity.cli.table import fitting_table, terminal_width
from eks_pod_identity.names import parse_arn
from eks_pod_identity.planning.state import AddonState, Association, ClusterState


def get(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    cluster: ClusterOption,
    region: RegionOption = None,
    profile: ProfileOption = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", metavar="NAME", help="Only this namespace.")
    ] = None,
    service_account: Annotated[
        str | None,
        typer.Option("--service-account", "-s", metavar="NAME", help="Only this service account."),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar=f"{STANDALONE}|ADDON", help="Only standalone ones, or those of an add-on."
        ),
    ] = None,
    addons: Annotated[bool, typer.Option("--addons", help="Show add-ons instead.")] = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show the pod identity associations of a cluster, or its add-ons."""
    _refuse_filters_of_addons(addons, namespace, service_account, owner)
    with exit_on_problems(), show_progress() as progress:
        observer = ClusterObserver(AwsSession(region, profile), cluster, progress)
        state = observer.observe_cluster()
        if addons:
            lines = _addon_lines(tuple(observer.observe_addons().values()), state, output)
        else:
            found = observer.observe_associations(
                namespace=namespace, service_account=service_account, owner=owner
            )
            lines = _association_lines(found, state, output)
    typer.echo("\n".join(lines))


def _refuse_filters_of_addons(addons: bool, *filters: str | None) -> None:  # noqa: FBT001 - the option's value
    if addons and any(filters):
        raise typer.BadParameter("--addons takes no filters of associations")


def _association_lines(
    found: Sequence[Association], cluster: ClusterState, output: Format
) -> Iterator[str]:
    if output is Format.JSON:
        yield _json(cluster, associations=[association_listing.to_json(each) for each in found])
        return
    if not found:
        yield f'cluster "{cluster.name}" has no pod identity associations that were asked for'
        return
    account = _account(cluster)
    wide = association_listing.wide_table(found, account)
    if output is Format.MARKDOWN:
        yield from wide.markdown_lines()
        return
    full = association_listing.full_table(found, account)
    stacked = association_listing.stacked_table(found, account)
    width = terminal_width()
    yield from fitting_table([full, wide, stacked], width).text_lines(width)
    yield association_listing.summary(found)


def _addon_lines(
    found: Sequence[AddonState], cluster: ClusterState, output: Format
) -> Iterator[str]:
    if output is Format.JSON:
        yield _json(cluster, addons=[addon_listing.to_json(each) for each in found])
        return
    if not found:
        yield f'cluster "{cluster.name}" has no add-ons'
        return
    account = _account(cluster)
    wide = addon_listing.wide_table(found, account)
    if output is Format.MARKDOWN:
        yield from wide.markdown_lines()
        return
    width = terminal_width()
    stacked = addon_listing.stacked_table(found, account)
    yield from fitting_table([wide, stacked], width).text_lines(width)


def _json(cluster: ClusterState, **content: object) -> str:
    return json.dumps({"clusterName": cluster.name, "clusterArn": cluster.arn, **content}, indent=2)


def _account(cluster: ClusterState) -> str:
    arn = parse_arn(cluster.arn)
    return arn.account if arn else ""
