"""An audit for people: breaches by what they are about, the worst first, then what they come to.

In: a report, and the width to fit into; None means a pipe, where each sentence is one line.
"""

from collections.abc import Iterator

from eks_pod_identity.audit.report import AuditReport, Breach, groups
from eks_pod_identity.audit.subject import ATTACHED_TO, OWNER, ROLE, TARGET_ROLE, USED_BY
from eks_pod_identity.prose import counted, wrapped

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
            yield from _below(line, "  ", width)
        if place := report.places.get(str(subject)):
            yield f"  declared at {place}"
        for breach in breaches:
            yield from _breach(breach, width)
        yield ""
    if report.gaps:
        yield "not judged"
        for gap in report.gaps:
            yield from _below(f"{gap.address}: {gap.reason}", "  ", width)
        yield ""
    yield from _below(_summary(report), "", width)


def _breach(breach: Breach, width: int | None) -> Iterator[str]:
    level, severity = breach.level.value, breach.rule.severity.value
    yield f"  {level:{_LEVEL}}  {severity:{_SEVERITY}}  {breach.rule.id}"
    yield from _below(breach.message, "    ", width)
    for entry in breach.help:
        for index, line in enumerate(entry.splitlines()):
            yield from _below(line, "          " if index else "    help: ", width)


def _below(text: str, indent: str, width: int | None) -> list[str]:
    rest = " " * len(indent) if indent.strip() else f"{indent}  "
    return wrapped(text, width, indent, rest)


def _summary(report: AuditReport) -> str:
    if not report.clusters and not report.roles:
        return "no clusters, so nothing was judged"
    associations = sum(each.associations for each in report.clusters)
    seen = (
        counted(len(report.clusters), "cluster"),
        counted(associations, "association"),
        counted(report.roles, "role"),
        counted(report.policies, "policy", "policies"),
    )
    advisory = len(report.breaches) - report.mandatory
    return f"{report.mandatory} mandatory, {advisory} advisory: {', '.join(seen)}"
