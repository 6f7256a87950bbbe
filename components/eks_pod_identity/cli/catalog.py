"""`eks-pod-identity catalog ADDON`: versions, pod identity support and recommended policies."""

import json
from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Annotated

import typer

from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.parallel import Progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.listings.catalog import CatalogEntry, markdown_lines, text_lines, to_json
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import Format, FormatOption, ProfileOption, RegionOption
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.table import terminal_width
from eks_pod_identity.config.nearest import near_names
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.planning.addon_fault import AddonFault

_HELP_WIDTH = 68  # with its indent it fits a terminal of 80 columns


def catalog(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    addon: Annotated[str, typer.Argument(metavar="ADDON", help="EKS's name of the add-on.")],
    kubernetes_version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="By default that of new clusters."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", "-c", metavar="NAME", help="Take this cluster's version."),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show what EKS offers of an add-on: versions, service accounts, recommended policies."""
    if kubernetes_version and cluster:
        raise typer.BadParameter("--kubernetes-version and --cluster exclude each other")
    session = AwsSession(region, profile)
    with exit_on_problems(as_json=output is Format.JSON), show_progress() as progress:
        found = AddonCatalog(session.eks())
        version = (
            ClusterObserver(session, cluster).observe_cluster().version
            if cluster
            else kubernetes_version or found.default_kubernetes_version()
        )
        entry = _entry(found, addon, version, progress)
    typer.echo("\n".join(_lines(entry, output)))


def _entry(found: AddonCatalog, addon: str, version: str, progress: Progress) -> CatalogEntry:
    offer = found.offer(addon, version)
    if not offer.versions:
        raise ObservationError([_unknown_addon(addon, version, found.addon_names(version))])
    versions = [each.version for each in offer.versions]
    recommended = found.recommended_by_version(addon, versions, progress)
    return CatalogEntry(addon, version, offer, recommended)


def _unknown_addon(addon: str, version: str, known: Iterable[str]) -> Problem:
    names = tuple(known)
    return Problem(
        AddonFault.ADDON_UNKNOWN.id,
        "ADDON",
        f'EKS lists no add-on "{addon}" for Kubernetes {version}',
        help=tuple(f"eks-pod-identity catalog {name}" for name in near_names(addon, names))
        or (_all_of(names, version),),
    )


def _all_of(names: Sequence[str], version: str) -> str:
    if not names:
        return f"EKS lists no add-on at all for {version}; write a version such as 1.33"
    return f"write one of\n{fill(', '.join(names), _HELP_WIDTH, break_on_hyphens=False)}"


def _lines(entry: CatalogEntry, output: Format) -> Iterable[str]:
    if output is Format.JSON:
        return (json.dumps(to_json(entry), indent=2),)
    if output is Format.MARKDOWN:
        return markdown_lines(entry)
    return text_lines(entry, terminal_width())
