"""A rule: what it asserts, how bad a breach is, how it is configured, and the judgement itself.

In: metadata and a pure function from plain values to findings. Nothing here knows the policy SDK.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import Plain


class Severity(Enum):
    """How bad a breach is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(Enum):
    """What a breach does unless the user says otherwise."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach.

    Attributes:
        message: What is wrong, with the values; lower case, no full stop, no advice.
        help: What to type, one entry per way out.
        urn: The resource, where a stack rule speaks of one.
    """

    message: str
    help: tuple[str, ...] = ()
    urn: str = ""

    def __str__(self) -> str:
        advice = (f"  help: {_shortened(each)}" for each in self.help)
        return "\n".join((_shortened(self.message), *advice))


_LONGEST = 2_000  # characters; names and ARNs are far below, what is damaged may be above


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


class Config:
    """The configuration of a rule, with the defaults of its schema."""

    def __init__(self, rule: "Rule", given: Mapping[str, Any]) -> None:
        defaults = {name: schema["default"] for name, schema in rule.config.items()}
        self._values = defaults | {name: given[name] for name in defaults if name in given}

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._values[name])

    def texts(self, name: str) -> frozenset[str]:
        """Return a list of texts."""
        return frozenset(map(str, self._values[name]))

    def mapping(self, name: str) -> dict[str, str]:
        """Return texts by name."""
        return {str(key): str(value) for key, value in self._values[name].items()}

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        return self._values[name] is True

    def number(self, name: str) -> int:
        """Return a whole number; it may arrive as a float."""
        return int(self._values[name])


@dataclass(frozen=True, slots=True)
class Framework:
    """A control of a framework that a rule enforces for pods.

    Attributes:
        name: The framework.
        version: Its version; empty if it has none.
        control: The control's number.
        title: What the framework calls the control.
        page: Where it is published.
    """

    name: str
    version: str
    control: str
    title: str
    page: str


Findings: TypeAlias = Iterable[Finding]
Changes: TypeAlias = Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have.

    Attributes:
        id: The policy's name, never renamed.
        title: What is asserted, one sentence.
        severity: How bad a breach is.
        level: The default enforcement level.
        why: The reason, for the rule's page.
        fix: What to do, for the rule's page and Pulumi Cloud.
        source: The page the rule rests on.
        config: JSON schema of each property, every one with a default.
        framework: The control that it enforces, if it is one of a framework.
    """

    id: str
    title: str
    severity: Severity
    level: Level
    why: str
    fix: str
    source: str
    config: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    framework: Framework | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a rule changes in a resource that breaks it.

    Attributes:
        does: What it does and what it leaves, for the rule's page.
        changes: Gives the properties to be set instead; none if there is nothing to put right.
    """

    does: str
    changes: Callable[[Resource, Config], Changes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRule(Rule):
    """A rule about one resource at a time, judged by its inputs.

    Attributes:
        types: The type tokens that it judges.
        judge: The judgement.
        remedy: Puts right what can be, if the user sets the rule's level to `remediate`.
    """

    types: frozenset[str]
    judge: Callable[[Resource, Config], Findings]
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRule(Rule):
    """A rule about how the resources of a stack fit together, judged by their outputs."""

    judge: Callable[[Stack, Config], Findings]
