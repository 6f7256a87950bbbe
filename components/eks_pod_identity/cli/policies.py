"""`eks-pod-identity policies [NAME]`: the well-known policies, without asking AWS."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer

from eks_pod_identity.cli.listings import policies as policy_listing
from eks_pod_identity.cli.listings import policy_detail, policy_page
from eks_pod_identity.cli.listings.policy_detail import PolicyDetail
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import Format, FormatOption
from eks_pod_identity.cli.terminal.table import fitting_table, terminal_width
from eks_pod_identity.config.nearest import near_names, nearest_of, respelt
from eks_pod_identity.config.validate.arn import partition_of
from eks_pod_identity.errors import ConfigError, Problem
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    PolicyContext,
    WellKnownPolicy,
    list_stale_policies,
)
from eks_pod_identity.names import is_cluster_name, is_region

_SCOPE = "--scope"
_MAX_AGE = 180  # days; controllers change their permissions a few times a year
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_PARTITION = re.compile(r"aws[a-z-]*")


_Name: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Show this policy in full.")
]
_Cluster: TypeAlias = Annotated[
    str | None, typer.Option("--cluster", "-c", metavar="NAME", help="Write it for this cluster.")
]
_Region: TypeAlias = Annotated[
    str | None, typer.Option("--region", "-r", metavar="REGION", help="Write it for this region.")
]
_Account: TypeAlias = Annotated[
    str | None, typer.Option(metavar="ID", help="Write it for this account.")
]
_Partition: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="PARTITION", help="Write it for this one; by default the region's."),
]
_Scope: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(_SCOPE, metavar="ARGUMENT=ARN", help="Narrow it; may be given several times."),
]
_Stale: TypeAlias = Annotated[
    bool, typer.Option("--stale", help="List those not compared for long; exit 1 if any.")
]
_MaxAge: TypeAlias = Annotated[
    int | None, typer.Option(min=0, metavar="DAYS", help=f"How long; {_MAX_AGE} by default.")
]


def policies(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    name: _Name = None,
    cluster: _Cluster = None,
    region: _Region = None,
    account: _Account = None,
    partition: _Partition = None,
    scope: _Scope = None,
    stale: _Stale = False,
    max_age: _MaxAge = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show the well-known policies, or one of them with its documents."""
    _refuse_options_without_effect(
        {
            "--cluster": cluster,
            "--region": region,
            "--account": account,
            "--partition": partition,
            "--scope": scope,
        },
        name=name,
        stale=stale,
        max_age=max_age,
    )
    if name is None:
        _list(output, stale=stale, max_age=_MAX_AGE if max_age is None else max_age)
        return
    context = _context(cluster, region, account, partition)
    arns = _scope(scope or ())
    with exit_on_problems(as_json=output is Format.JSON):
        detail = _detail(name, context, arns)
    _print(policy_page.lines(detail, output, terminal_width()))


def _refuse_options_without_effect(
    of_one: Mapping[str, object], *, name: str | None, stale: bool, max_age: int | None
) -> None:
    needless = [option for option, value in of_one.items() if value]
    if needless and name is None:
        raise typer.BadParameter(f"{needless[0]} goes with the NAME of a policy")
    if stale and name is not None:
        raise typer.BadParameter("--stale lists policies, it takes no NAME")
    if max_age is not None and not stale:
        raise typer.BadParameter("--max-age goes with --stale")


def _list(output: Format, *, stale: bool, max_age: int) -> None:
    if not stale:
        _print(_list_lines(tuple(WELL_KNOWN_POLICIES.values()), output))
        return
    today = datetime.now(UTC).date()
    found = list_stale_policies(today, timedelta(days=max_age))
    if found or output is Format.JSON:
        _print(_list_lines(found, output))
    if output is Format.TEXT:
        typer.echo(_summary(len(found), max_age))
    raise typer.Exit(int(bool(found)))


def _list_lines(found: Sequence[WellKnownPolicy], output: Format) -> Iterator[str]:
    if output is Format.JSON:
        context = _context(None, None, None, None)
        yield json.dumps([policy_listing.to_json(each, context) for each in found], indent=2)
        return
    wide = policy_listing.wide_table(found)
    if output is Format.MARKDOWN:
        yield from wide.markdown_lines()
        return
    width = terminal_width()
    yield from fitting_table([wide, policy_listing.stacked_table(found)], width).text_lines(width)


def _summary(count: int, max_age: int) -> str:
    total = len(WELL_KNOWN_POLICIES)
    if not count:
        return f"all {total} policies have been compared with their source within {max_age} days"
    return f"{count} of {total} policies not compared with their source for over {max_age} days"


def _context(
    cluster: str | None, region: str | None, account: str | None, partition: str | None
) -> PolicyContext:
    if cluster and not is_cluster_name(cluster):
        raise typer.BadParameter(f"--cluster: {cluster!r} cannot be the name of an EKS cluster")
    if region and not is_region(region):
        raise typer.BadParameter(f"--region: {region!r} is not the code of a region")
    if account and not _ACCOUNT.fullmatch(account):
        raise typer.BadParameter(f"--account: {account!r} is not a number of 12 digits")
    if partition and not _PARTITION.fullmatch(partition):
        raise typer.BadParameter(f"--partition: {partition!r} is not a partition such as aws-cn")
    return PolicyContext(
        partition=partition or partition_of(region or ""),
        region=region or policy_detail.REGION,
        account=account or policy_detail.ACCOUNT,
        cluster=cluster or policy_detail.CLUSTER,
    )


def _scope(given: Iterable[str]) -> dict[str, list[str]]:
    arns: dict[str, list[str]] = {}
    for text in given:
        argument, equals, arn = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"--scope: {text!r} is not ARGUMENT=ARN")
        arns.setdefault(argument, []).append(arn)
    return arns


def _detail(name: str, context: PolicyContext, scope: Mapping[str, Sequence[str]]) -> PolicyDetail:
    policy = WELL_KNOWN_POLICIES.get(respelt(name, WELL_KNOWN_POLICIES))
    if policy is None:
        raise ConfigError([_unknown(name)])
    names = tuple(each.name for each in policy.arguments)
    spelt = {respelt(given, names) or given: given for given in scope}
    narrowed = _merged(scope, names)
    # What is required and missing is shown by an example, not told as a problem.
    complete = {**policy_detail.examples(policy, context), **narrowed}
    if problems := policy.validate_scope(complete, address=_SCOPE):
        raise ConfigError(_as_given(each, names, spelt) for each in problems)
    return PolicyDetail(policy, context, narrowed)


def _merged(scope: Mapping[str, Sequence[str]], names: Sequence[str]) -> dict[str, list[str]]:
    """Return a scope by the names of arguments, in whatever style they were given."""
    merged: dict[str, list[str]] = {}
    for given, arns in scope.items():
        merged.setdefault(respelt(given, names) or given, []).extend(arns)
    return merged


def _as_given(problem: Problem, names: Sequence[str], spelt: Mapping[str, str]) -> Problem:
    """Return a problem at the argument as it was typed, with the one that may be meant."""
    name, bracket, rest = problem.address.removeprefix(f"{_SCOPE}.").partition("[")
    given = spelt.get(name, name)
    nearest = nearest_of(given, names)
    if name not in names and nearest:
        problem = replace(problem, help=(f"{_SCOPE} {nearest}=ARN",))
    return replace(problem, address=f"{_SCOPE} {given}{bracket}{rest}")


def _unknown(name: str) -> Problem:
    near = near_names(name, WELL_KNOWN_POLICIES)
    return Problem(
        "well-known-policy-unknown",
        "NAME",
        f'there is no well-known policy "{name}"',
        help=tuple(f"eks-pod-identity policies {each}" for each in near)
        or ("eks-pod-identity policies",),
    )


def _print(lines: Iterable[str]) -> None:
    typer.echo("\n".join(lines))
