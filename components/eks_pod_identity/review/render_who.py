"""Reports of who can assume roles, as text and as JSON."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.review.who import UseAnswer, WhoReport

_SOME = 20
_REFUSED = {
    Answer.NO: "its trust policy refuses it",
    Answer.DEPENDS: "that depends on what is not known",
    Answer.TOO_LARGE: "that is not proved: its trust policy is too large",
}


def render_text(reports: Iterable[WhoReport]) -> Iterator[str]:
    """Yield the lines of reports, one role after another."""
    for number, report in enumerate(reports):
        if number:
            yield ""
        yield from _lines(report)


def _lines(report: WhoReport) -> Iterator[str]:
    role = report.role
    yield f"{role.label} ({role.arn})" if role.arn and role.arn != role.label else role.label
    if report.fault:
        yield f"  not known: {report.fault}"
        return
    if not report.callers and not report.too_large:
        yield "  no caller can assume it"
    for kind, found in groupby(report.callers, key=lambda each: each.kind):
        yield f"  {kind.value}:"
        texts = list(map(str, found))
        yield from (f"    {each}" for each in texts[:_SOME])
        if len(texts) > _SOME:
            yield f"    and {len(texts) - _SOME} more sets"
    yield from (_not_proved(kind, what) for kind, what in report.too_large)
    yield from (f"  {each}" for each in report.dead)
    yield from _use_lines(report)
    if report.is_guess:
        yield f"  taken for the role's account: {report.account}; --account says otherwise"


def _not_proved(kind: Kind, what: str) -> str:
    return f"  {kind.value}: not proved, too large ({what})"


def _use_lines(report: WhoReport) -> Iterator[str]:
    if report.uses:
        yield "  associations that use it:"
        yield from (f"    {_use(each)}" for each in report.uses)
    if report.unused:
        yield "  let in without an association:"
        yield from (f"    {each}" for each in report.unused)


def _use(each: UseAnswer) -> str:
    by_way = f", by way of {each.use.source_role_arn}" if each.use.source_role_arn else ""
    doubt = f", but {_REFUSED[each.answer]}" if each.answer in _REFUSED else ""
    return f"{each.use}{by_way}{doubt}"


def to_json(report: WhoReport) -> dict[str, Any]:
    """Return everything of a report."""
    return {
        "role": report.role.label,
        "arn": report.role.arn or None,
        "account": report.account or None,
        "accountIsGuess": report.is_guess,
        "fault": report.fault or None,
        "callers": [
            {
                "kind": each.kind.name.lower(),
                "words": each.words,
                "sample": dict(each.sample),
                "dependsOn": list(each.depends_on),
            }
            for each in report.callers
        ],
        "notProved": [{"kind": kind.name.lower(), "what": what} for kind, what in report.too_large],
        "associations": [
            {
                "clusterArn": each.use.cluster_arn,
                "namespace": each.use.service_account.namespace,
                "serviceAccount": each.use.service_account.name,
                "sourceRoleArn": each.use.source_role_arn or None,
                "letIn": each.answer.name.lower(),
            }
            for each in report.uses
        ],
        "withoutAssociation": list(report.unused),
        "dead": list(report.dead),
    }
