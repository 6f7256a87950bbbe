"""What terraform-provider-aws's schema says of a resource beyond the types of the SDK.

Properties are named as in Pulumi, nested ones joined with dots: `vpcConfig.subnetIds`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eks_pod_identity_emulator.plugins.aws.documents import (
    document_fault,
    json_fault,
    same_policy,
)
from eks_pod_identity_emulator.plugins.difference import Comparison, Same
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import Value

# Returns what is wrong with a value, worded to follow the property's name; empty if nothing is.
Rule = Callable[[Value], str]

_ARN = re.compile(r"arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-\d)?:(aws|aws-managed|\d{12})?:.+")


@dataclass(frozen=True, slots=True)
class Traits:
    """The flags of a resource's schema.

    Attributes:
        force_new: A change makes a new resource.
        defaults: What holds where the user says nothing.
        computed: Nested properties that AWS fills in where the user says nothing.
        sets: Lists without order.
        documents: May be given as an object; kept as JSON text.
        policies: Compared as IAM policies.
        same: Other comparisons by meaning.
        secrets: Stored encrypted.
        write_only: Sent to AWS and kept nowhere.
        conflicts: Pairs of which only one may be given.
        rules: What a value must be.
        named: The property that gets a name if the user gives none, and how.
        members_named: Lists whose members get a `name` in the same way.
        delete_first: A replacement must not stand beside the old resource.
        framework: Built with Terraform's plugin framework, whose bridge keeps no `__defaults`.
        told_at_update: Outputs that a preview of an update cannot know.
    """

    force_new: frozenset[str] = frozenset()
    defaults: Mapping[str, Value] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    same: Mapping[str, Same] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    conflicts: tuple[tuple[str, str], ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    named: tuple[str, NameRule] | None = None
    members_named: Mapping[str, NameRule] = field(default_factory=dict)
    delete_first: bool = False
    framework: bool = False
    told_at_update: frozenset[str] = frozenset()

    def comparison(self) -> Comparison:
        """Return how values of this resource are compared."""
        by_meaning = dict.fromkeys(self.policies, same_policy)
        return Comparison(self.sets, {**by_meaning, **self.same})

    def forces_new(self, property_name: str) -> bool:
        """Tell whether a change at a property, or below one, makes a new resource."""
        return any(
            property_name == name or property_name.startswith(f"{name}.") for name in self.force_new
        )


def arn(value: Value) -> str:
    """Require an ARN; an empty one passes, as in Terraform's `verify.ValidARN`."""
    return "" if not value or _ARN.fullmatch(str(value)) else f"({value}) is an invalid ARN"


def given_arn(value: Value) -> str:
    """Require an ARN, also not an empty one: the framework's ARN type."""
    return arn(value) if value else f'value "{value}" cannot be parsed as an ARN'


def policy(value: Value) -> str:
    """Require the text of an IAM policy."""
    return document_fault(value)


def json_text(value: Value) -> str:
    """Require JSON."""
    return json_fault(value)


def refused(value: Value) -> str:
    """Refuse what this stand-in does not do, instead of passing it over."""
    del value
    return "is not supported by the emulator's aws plugin"


def at_most(length: int, pattern: str = r"[\s\S]*", words: str = "") -> Rule:
    """Require a text of a length and a form."""
    form = re.compile(pattern)

    def fault(value: Value) -> str:
        if len(value) > length:
            return f"cannot be longer than {length} characters: {value!r}"
        return "" if form.fullmatch(value) else f"{words or f'must match {pattern}'}: {value!r}"

    return fault


def iam_name(length: int) -> Rule:
    """Require a name of IAM's alphabet."""
    return at_most(length, r"[\w+=,.@-]*", "must only contain alphanumeric characters and +=,.@-_")


def between(lowest: int, highest: int) -> Rule:
    """Require a number of a range."""

    def fault(value: Value) -> str:
        if lowest <= value <= highest:
            return ""
        return f"expected to be in the range ({lowest} - {highest}), got {value}"

    return fault


def one_of(*words: str) -> Rule:
    """Require one of some words."""

    def fault(value: Value) -> str:
        return "" if value in words else f"expected to be one of {list(words)}, got {value!r}"

    return fault
