"""An audit for people: breaches by what they are about, the worst first, then what they come to.

In: a report, and the width to fit into; None means a pipe, where each sentence is one line.
"""

import textwrap
from collections.abc import Iterator

from eks_pod_identity.audit.report import AuditReport, Breach, groups
from eks_pod_identity.audit.subject import ATTACHED_TO, OWNER, ROLE, TARGET_ROLE, USED_BY

_LEVEL = 9  # the longest words of each column
_SEVERITY = 8
_NOBODY = "no association that was read"
_RELATIONS = {
    ROLE: "role",
    TARGET_ROLE: "target role",
    OWNER: "owned by add-on",
    USED_BY: "used by",
    ATTACHED_TO: "attached to",
}


def render_text(report: AuditReport, width: int | None) -> Iterator[str]:
    """Yield the lines of a report."""
    for subject, breaches in groups(report.breaches):
        yield str(subject)
        for relation, names in subject.related.items():
            line = f"{_RELATIONS[relation]} {', '.join(names) or _NOBODY}"
            yield from _wrapped(line, "  ", width)
        if place := report.places.get(str(subject)):
            yield f"  declared at {place}"
        for breach in breaches:
            yield from _breach(breach, width)
        yield ""
    if report.gaps:
        yield "not judged"
        for gap in report.gaps:
            yield from _wrapped(f"{gap.address}: {gap.reason}", "  ", width)
        yield ""
    yield from _wrapped(_summary(report), "", width)


def _breach(breach: Breach, width: int | None) -> Iterator[str]:
    level, severity = breach.level.value, breach.rule.severity.value
    yield f"  {level:{_LEVEL}}  {severity:{_SEVERITY}}  {breach.rule.id}"
    yield from _wrapped(breach.message, "    ", width)
    for entry in breach.help:
        for index, line in enumerate(entry.splitlines()):
            yield from _wrapped(line, "          " if index else "    help: ", width)


def _wrapped(text: str, indent: str, width: int | None) -> Iterator[str]:
    """Yield a text in lines that fit; what has no space is never broken."""
    if width is None:
        yield indent + text
        return
    yield from textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=" " * len(indent) if indent.strip() else f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _summary(report: AuditReport) -> str:
    if not report.clusters and not report.roles:
        return "no clusters, so nothing was judged"
    associations = sum(each.associations for each in report.clusters)
    seen = (
        _count(len(report.clusters), "cluster"),
        _count(associations, "association"),
        _count(report.roles, "role"),
        _count(report.policies, "policy", "policies"),
    )
    advisory = len(report.breaches) - report.mandatory
    return f"{report.mandatory} mandatory, {advisory} advisory: {', '.join(seen)}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
