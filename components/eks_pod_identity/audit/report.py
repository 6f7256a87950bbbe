"""What an audit found, as values."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eks_pod_identity.audit.subject import Kind, Subject
from eks_pod_identity.errors import Place
from eks_pod_identity_policies.rule import Level, Rule, Severity

_KINDS = tuple(Kind)
_SEVERITIES = tuple(reversed(Severity))  # critical first
_LEVELS = (Level.MANDATORY, Level.ADVISORY)


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of a rule.

    Attributes:
        rule: The rule.
        level: How it is enforced.
        subject: What breaks it.
        message: What is wrong, with the values.
        help: What to do, at least one way.
    """

    rule: Rule
    level: Level
    subject: Subject
    message: str
    help: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What is the same from run to run while the breach is; no id that AWS makes is in it."""
        parts = (self.rule.id, self.subject.path, self.message)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The worst first."""
        severity = _SEVERITIES.index(self.rule.severity)
        return (_LEVELS.index(self.level), severity, self.rule.id, self.message)


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be judged, and why."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClusterCount:
    """What was seen of a cluster."""

    name: str
    arn: str
    associations: int
    addons: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All that an audit found.

    Attributes:
        breaches: Grouped by subject, see `groups`.
        gaps: What could not be judged.
        clusters: What was looked at.
        roles: How many roles were judged.
        policies: How many managed policies were read.
        rules: The rules that were asked, with their levels.
        places: Where files declare what is told, by subject as text.
    """

    breaches: tuple[Breach, ...]
    gaps: tuple[Gap, ...]
    clusters: tuple[ClusterCount, ...]
    roles: int
    policies: int
    rules: tuple[tuple[Rule, Level], ...]
    places: Mapping[str, Place] = field(default_factory=dict, hash=False)

    @property
    def mandatory(self) -> int:
        """How many breaches are of mandatory rules."""
        return sum(each.level is Level.MANDATORY for each in self.breaches)


def groups(breaches: Sequence[Breach]) -> list[tuple[Subject, list[Breach]]]:
    """Return breaches by subject: subjects by kind and address, breaches the worst first."""
    found: dict[str, tuple[Subject, list[Breach]]] = {}
    for each in sorted(breaches, key=lambda breach: breach.order):
        found.setdefault(str(each.subject), (each.subject, []))[1].append(each)
    return sorted(found.values(), key=lambda group: _place_of(group[0]))


def _place_of(subject: Subject) -> tuple[int, str]:
    return (_KINDS.index(subject.kind), subject.address)
