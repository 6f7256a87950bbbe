"""What a check found: a verdict with its evidence and the line to type."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.observed.picture import Unread


class Verdict(Enum):
    """What a finding says."""

    OK = "ok"
    CAUSE = "cause"
    UNKNOWN = "cannot tell"
    NOTE = "note"
    SKIPPED = "not asked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        verdict: What it says.
        message: One sentence, lower case, no full stop.
        fault: The cause, if it is one.
        evidence: What was observed, one line each.
        help: What to type, one entry each.
        check: The check that found it.
    """

    verdict: Verdict
    message: str
    fault: DoctorFault | None = None
    evidence: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    check: str = ""


def ok(message: str, evidence: Iterable[str] = ()) -> Finding:
    """Return that a check found all well."""
    return Finding(Verdict.OK, message, evidence=tuple(evidence))


def cause(
    fault: DoctorFault, message: str, evidence: Iterable[str] = (), help_: Iterable[str] = ()
) -> Finding:
    """Return a cause."""
    return Finding(Verdict.CAUSE, message, fault, tuple(evidence), tuple(help_))


def unread(what: str, found: Unread) -> Finding:
    """Return that something could not be read, and what would decide."""
    helps = (found.decide,) if found.decide else ()
    return Finding(Verdict.UNKNOWN, f"{what}: {found.why}", help=helps)


def unknown(message: str, evidence: Iterable[str] = (), help_: Iterable[str] = ()) -> Finding:
    """Return that what was read does not decide."""
    return Finding(Verdict.UNKNOWN, message, evidence=tuple(evidence), help=tuple(help_))


def note(message: str, evidence: Iterable[str] = (), help_: Iterable[str] = ()) -> Finding:
    """Return something good to know that is no cause."""
    return Finding(Verdict.NOTE, message, evidence=tuple(evidence), help=tuple(help_))


def skipped(message: str) -> Finding:
    """Return that a check was not asked, for an earlier one makes it moot."""
    return Finding(Verdict.SKIPPED, message)
