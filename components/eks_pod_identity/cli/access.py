"""`eks-pod-identity access diff`: what a change lets in that was not let in, before it is made."""

import json
from enum import Enum
from importlib.metadata import version
from typing import Annotated

import typer

from eks_pod_identity.cli.terminal.failure import exit_on_problems
from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.errors import ConfigError, Problem
from eks_pod_identity.review.change_report import ChangeReport, report_changes, report_documents
from eks_pod_identity.review.changes_sarif import changes_to_sarif
from eks_pod_identity.review.fault import ReviewFault
from eks_pod_identity.review.render_changes import render_text, to_json
from eks_pod_identity.review.stack_json import parse_json, read_preview

WIDER = 3
NOT_PROVED = 4

_WANTED = "the output of `pulumi preview --json --show-sames`"


class Question(Enum):
    """What `access` answers."""

    DIFF = "diff"


class DiffFormat(Enum):
    """How a difference is printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def access(
    *,
    question: Annotated[Question, typer.Argument(metavar="diff", show_default=False)],
    file: Annotated[
        str,
        typer.Argument(
            metavar="PREVIEW|OLD",
            help=f"{_WANTED}, - for standard input; or the old of two trust policies.",
        ),
    ],
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="The new trust policy.", show_default=False)
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The roles' account; by default that of the state's ARNs."),
    ] = None,
    output: Annotated[
        DiffFormat,
        typer.Option(
            "--output", "-o", help="How to print; json has everything, sarif what is not narrower."
        ),
    ] = DiffFormat.TEXT,
) -> None:
    """Say for each role, policy and association of a preview whether access gets wider.

    Exit 0 if all is proved equal or narrower, 3 if something is wider, 4 if something cannot be
    proved, 1 if a file cannot be read. Any program, in any language:

    pulumi preview --json --show-sames | eks-pod-identity access diff -
    """
    del question  # there is one so far
    with exit_on_problems(as_json=output is DiffFormat.JSON):
        report = _report(file, new, account)
    typer.echo(_printed(report, output))
    raise typer.Exit(WIDER if report.is_wider else 0 if report.is_proved else NOT_PROVED)


def _report(file: str, new: str | None, account: str | None) -> ChangeReport:
    source = read_source(file, _WANTED)
    value = parse_json(source.text, source.name)
    if new is not None:
        other = read_source(new, "a trust policy")
        parse_json(other.text, other.name)
        return report_documents(source.text, other.text, account)
    preview = read_preview(value)
    if preview is None:
        message = f"not {_WANTED}"
        problem = Problem(ReviewFault.UNKNOWN_FORM.id, source.name, message)
        raise ConfigError([problem])
    return report_changes(preview, account)


def _printed(report: ChangeReport, output: DiffFormat) -> str:
    if output is DiffFormat.TEXT:
        return "\n".join(render_text(report))
    if output is DiffFormat.JSON:
        return json.dumps(to_json(report), indent=2)
    return json.dumps(changes_to_sarif(report, version("pulumi-eks-pod-identity")), indent=2)
