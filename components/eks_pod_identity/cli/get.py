"""`eks-pod-identity get`: what pod identities and add-ons a cluster has, and who owns them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from eks_pod_identity.aws.kubernetes import KubernetesAccess, Notes
from eks_pod_identity.aws.observe import STANDALONE, ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.listings import addons as addon_listing
from eks_pod_identity.cli.listings import associations as association_listing
from eks_pod_identity.cli.listings.service_accounts import account_json, account_lines
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import (
    ClusterOption,
    ContextOption,
    Format,
    FormatOption,
    KubeconfigOption,
    NamespaceOption,
    ProfileOption,
    RegionOption,
    ServiceAccountOption,
)
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.table import fitting_table, terminal_width
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    ClusterState,
    KubernetesState,
)


def get(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    cluster: ClusterOption,
    region: RegionOption = None,
    profile: ProfileOption = None,
    namespace: NamespaceOption = None,
    service_account: ServiceAccountOption = None,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar=f"{STANDALONE}|ADDON", help="Only standalone ones, or those of an add-on."
        ),
    ] = None,
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Only those with this role, a name or ARN.")
    ] = None,
    addons: Annotated[bool, typer.Option("--addons", help="Show add-ons instead.")] = False,
    kubernetes: Annotated[
        bool,
        typer.Option(
            "--kubernetes",
            help="Report which service accounts are missing, and which name an IRSA role too.",
        ),
    ] = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show the pod identity associations of a cluster, or its add-ons."""
    asks_kubernetes = bool(kubernetes or kubeconfig or context)
    _refuse_filters_of_addons(addons, namespace, service_account, owner, role, asks_kubernetes)
    with exit_on_problems(as_json=output is Format.JSON), show_progress() as progress:
        session = AwsSession(region, profile)
        observer = ClusterObserver(session, cluster, progress)
        state = observer.observe_cluster()
        if addons:
            lines = _addon_lines(tuple(observer.observe_addons().values()), state, output)
        else:
            found = observer.observe_associations(
                namespace=namespace, service_account=service_account, owner=owner
            )
            found = tuple(each for each in found if role is None or _has_role(each, role))
            notes: Notes = ()
            if asks_kubernetes:
                way = KubernetesAccess(session, kubeconfig, context)
                objects, notes = way.read(state)
                state = replace(state, kubernetes=objects)
            filters = {
                "namespace": namespace,
                "service account": service_account,
                "owner": owner,
                "role": role,
            }
            lines = _association_lines(found, state, notes, output, filters)
    typer.echo("\n".join(lines))


def _refuse_filters_of_addons(addons: bool, *filters: str | bool | None) -> None:  # noqa: FBT001 - the option's value
    if addons and any(filters):
        raise typer.BadParameter("--addons takes no filters of associations")


def _has_role(association: Association, role: str) -> bool:
    return role in {association.role_arn, association.role_arn.rpartition("/")[2]}


def _association_lines(
    found: Sequence[Association],
    cluster: ClusterState,
    notes: Notes,
    output: Format,
    filters: Mapping[str, str | None],
) -> Iterator[str]:
    if output is Format.JSON:
        listed = [_association_json(each, cluster.kubernetes) for each in found]
        yield _json(cluster, associations=listed, **({"notes": notes} if notes else {}))
        return
    if not found:
        named = " and ".join(f'{key} "{value}"' for key, value in filters.items() if value)
        of = f" of {named}" if named else ""
        yield f'found no pod identity associations{of} in cluster "{cluster.name}"'
        return
    account = _account(cluster)
    beside = [*(account_lines(found, cluster.kubernetes) if cluster.kubernetes else ()), *notes]
    wide = association_listing.wide_table(found, account)
    if output is Format.MARKDOWN:
        yield from wide.markdown_lines()
        yield from ("", "```text", *beside, "```") if beside else ()
        return
    full = association_listing.full_table(found, account)
    stacked = association_listing.stacked_table(found, account)
    width = terminal_width()
    yield from fitting_table([full, wide, stacked], width).text_lines(width)
    yield association_listing.summary(found)
    yield from beside


def _association_json(each: Association, kubernetes: KubernetesState | None) -> dict[str, Any]:
    accounts = account_json(each, kubernetes) if kubernetes else {}
    return {**association_listing.to_json(each), **accounts}


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
