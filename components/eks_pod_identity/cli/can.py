"""`eks-pod-identity can`: whether a pod can do something, and which pods can."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Annotated, Any

import typer

from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.listings.account_sources import account_of_text
from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.options import ProfileOption, RegionOption
from eks_pod_identity.cli.terminal.progress import show_progress
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.review.can import Call, CanAnswer
from eks_pod_identity.review.can import can as answer
from eks_pod_identity.review.fault import ReviewFault
from eks_pod_identity.review.render_can import render_text, render_who, to_json
from eks_pod_identity.review.session import PodSessions, sessions_of
from eks_pod_identity.review.stack_json import parse_json

DENIED = 3
DEPENDS = 4

_CODES = {Decision.ALLOWED: 0, Decision.DENIED: DENIED, Decision.UNPROVED: DEPENDS}
_POD_AND_CALL = 3


class CanFormat(Enum):
    """How the answer is printed."""

    TEXT = "text"
    JSON = "json"


def can(  # noqa: PLR0913 - a command has as many parameters as options
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[POD] ACTION RESOURCE",
            help="Pods of NAMESPACE/SERVICE_ACCOUNT, an action, an ARN; with --who no POD.",
            show_default=False,
        ),
    ],
    who: Annotated[
        bool, typer.Option("--who", help="List all service accounts that can, or may be able to.")
    ] = False,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="With --who: a file of NAMESPACE/SERVICE_ACCOUNT lines; exit 3 if others can.",
        ),
    ] = None,
    cluster: Annotated[
        list[str] | None,
        typer.Option("--cluster", "-c", metavar="NAME", help="By default all of the region."),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    resource_tag: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A tag of the resource; repeat it."),
    ] = None,
    resource_policy: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="The policy of the resource: a bucket's, a key's."),
    ] = None,
    resource_account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Whose the resource is, where its ARN does not say."),
    ] = None,
    scp: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="A service control policy above the account; repeat it."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            "--preview",
            metavar="FILE",
            help="Ask what a ClusterConfig, a state (`pulumi stack export`) or a preview (`--json"
            " --show-sames`) will make of the account; AWS is asked for the policies it names.",
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The account of FILE, where it does not say."),
    ] = None,
    output: Annotated[
        CanFormat, typer.Option("--output", "-o", help="How to print; json has everything.")
    ] = CanFormat.TEXT,
) -> None:
    """Say whether a pod can do something: exit 0 if it can, 3 if not, 4 if it depends."""
    if len(words) != _POD_AND_CALL - who:
        raise typer.BadParameter("give NAMESPACE/SERVICE_ACCOUNT ACTION RESOURCE, or --who A R")
    with exit_on_problems(as_json=output is CanFormat.JSON):
        call = Call(
            words[-2],
            words[-1],
            _tags(resource_tag or ()),
            tuple(_policies(scp or (), "a service control policy")),
            tuple(_policies(resource_policy or (), "the policy of a resource")),
            resource_account or "",
        )
        listed = None if only is None else set(read_source(only, "a list").text.split())
        session = AwsSession(region, profile)
        if file is None:
            state = _observe(session, cluster or [])
        else:
            state = _declared(file, account, session)
        pods = [
            each
            for each in sessions_of(state)
            if (who or _is(each, words[0])) and (not cluster or each.cluster.name in cluster)
        ]
        if not pods:
            raise ObservationError([_no_association(words[0])])
        answers = [answer(each, call, state) for each in pods]
    typer.echo("\n".join(_lines(answers, call, state, output, who=who)))
    raise typer.Exit(_code_of_all(answers, listed) if who else _code(answers))


def _observe(session: AwsSession, clusters: Sequence[str]) -> AccountState:
    with show_progress() as progress:
        observer = AccountObserver(session, progress)
        state = observer.observe(clusters or observer.cluster_names())
        return observer.with_boundaries(state)


def _declared(file: str, account: str | None, session: AwsSession) -> AccountState:
    """Return what a file makes of its account, with what AWS has of it, if AWS can be read."""
    source = read_source(file, "a ClusterConfig, a state or a preview")
    state = account_of_text(source, account, session.region)
    with show_progress() as progress:
        try:
            return AccountObserver(session, progress).completed(state)
        except ObservationError as error:
            notes = tuple(each.message for each in error.problems)
            return replace(state, notes=(*state.notes, *notes))


def _is(pod: PodSessions, name: str) -> bool:
    return str(pod.association.service_account) == name


def _no_association(name: str) -> Problem:
    message = "has no association in these clusters, so its pods get no credentials from EKS"
    return Problem(ReviewFault.NO_ASSOCIATION.id, name, message)


def _tags(entries: Sequence[str]) -> dict[str, str]:
    found = {}
    for each in entries:
        key, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"--resource-tag takes KEY=VALUE, not {each!r}")
        found[key] = value
    return found


def _policies(files: Sequence[str], what: str) -> Iterator[Any]:
    for each in files:
        source = read_source(each, what)
        parse_json(source.text, source.name)
        yield source.text


def _code(answers: Sequence[CanAnswer]) -> int:
    return max(_CODES[each.decision] for each in answers)


def _code_of_all(answers: Sequence[CanAnswer], listed: set[str] | None) -> int:
    """Return 3 if a service account can that is not listed, 4 if one may be able to."""
    if listed is None:
        return 0
    others = [
        each.decision for each in answers if str(each.pod.association.service_account) not in listed
    ]
    if Decision.ALLOWED in others:
        return DENIED
    return DEPENDS if Decision.UNPROVED in others else 0


def _lines(
    answers: Sequence[CanAnswer], call: Call, state: AccountState, output: CanFormat, *, who: bool
) -> Iterator[str]:
    if output is CanFormat.JSON:
        found = {"answers": [to_json(each) for each in answers], "notes": list(state.notes)}
        yield json.dumps(found, indent=2)
    else:
        yield from render_who(answers, call) if who else render_text(answers, call)
        yield from (f"not read: {each}" for each in state.notes)
