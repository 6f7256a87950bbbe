"""A diagnosis as text, in the width of the terminal: what holds in a line, causes in full."""

from collections.abc import Iterator

from eks_pod_identity.diagnosis.diagnose import Diagnosis
from eks_pod_identity.diagnosis.finding import Finding, Verdict
from eks_pod_identity.prose import counted, wrapped

_WIDTH = 13  # of the longest verdict, and a gap
_QUIET = frozenset({Verdict.SKIPPED})


def render_text(found: Diagnosis, width: int | None) -> Iterator[str]:
    """Yield the lines of a diagnosis.

    Args:
        found: The diagnosis.
        width: Columns of the terminal; None for a pipe.
    """
    picture = found.picture
    head = f"{picture.target} in cluster {picture.cluster_name}, {picture.region}"
    yield from wrapped(head, width, rest="  ")
    for each in found.findings:
        if each.verdict not in _QUIET:
            yield from _lines(each, width)
    moot = dict.fromkeys(each.check for each in found.findings if each.verdict in _QUIET)
    if moot:
        yield from wrapped(f"{Verdict.SKIPPED.value:{_WIDTH}}{', '.join(moot)}", width, rest=_pad())
    yield _summary(found)


def _pad() -> str:
    return " " * _WIDTH


def _lines(each: Finding, width: int | None) -> Iterator[str]:
    id_ = f" [{each.fault.id}]" if each.fault else ""
    text = f"{each.check}: {each.message}{id_}"
    yield from wrapped(text, width, first=f"{each.verdict.value:{_WIDTH}}", rest=_pad())
    if each.verdict is Verdict.OK:
        return
    for line in each.evidence:
        yield from wrapped(f"observed: {line}", width, first="  ", rest="    ")
    for entry in each.help:
        yield "  help: " + entry.replace("\n", "\n        ")


def _summary(found: Diagnosis) -> str:
    causes = [each for each in found.findings if each.verdict is Verdict.CAUSE]
    open_ = [each for each in found.findings if each.verdict is Verdict.UNKNOWN]
    doubt = counted(len(open_), "open question") if open_ else ""
    if causes:
        return f"{counted(len(causes), 'cause')} found" + (f", {doubt}" if doubt else "")
    return f"no cause found, but {doubt}" if doubt else "healthy: no cause found"
