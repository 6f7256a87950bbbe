"""Conditions: whether one operator with one key holds in a context.

In: entries of a Condition element and a context. Out: a truth. Absent keys follow
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
and, for set prefixes,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from eks_pod_identity.iam.evaluation.comparison import WITH_VARIABLES, WITH_WILDCARDS, compare
from eks_pod_identity.iam.evaluation.glob import to_pattern
from eks_pod_identity.iam.evaluation.request import Context, Missing
from eks_pod_identity.iam.evaluation.truth import Truth, all_of, any_of, negate, truth_of
from eks_pod_identity.iam.evaluation.variable import Variable, resolve, variables_of


class Quantifier(Enum):
    """The set prefix of an operator; ONE is none."""

    ONE = ""
    ALL = "ForAllValues:"
    ANY = "ForAnyValue:"


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator applied to one key.

    Attributes:
        operator: The operator without set prefix, negation and IfExists: `StringEquals`.
        key: The key, in lower case.
        values: The policy's values.
        quantifier: The set prefix.
        negated: Whether the operator was one of the `Not` operators.
        if_exists: Whether it ended in IfExists.
        variables: Whether `${...}` in values are variables.
        written: The key as it is written; it says no more than `key`.
        patterns: The values as patterns; None if that depends on the context.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: Quantifier = Quantifier.ONE
    negated: bool = False
    if_exists: bool = False
    variables: bool = True
    written: str = field(default="", compare=False)
    patterns: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The operator as it is written."""
        base = _NEGATIONS.get(self.operator, self.operator) if self.negated else self.operator
        return f"{self.quantifier.value}{base}{'IfExists' if self.if_exists else ''}"

    @property
    def expands(self) -> tuple[Variable, ...]:
        """The variables in the values."""
        if self.patterns is not None:
            return ()
        return tuple(each for value in self.values for each in variables_of(value))

    def holds(self, context: Context) -> Truth:
        """Tell whether the condition holds in a context."""
        found = context.look_up(self.key)
        if self.operator == "Null":
            return self._null(found)
        if found is Missing.UNKNOWN:
            return self._whatever_the_key(context)
        if found is Missing.ABSENT:
            return truth_of(self.holds_when_absent)
        # What an empty list of values means is not documented.
        return self._compare(found, context) if self.values else Truth.UNKNOWN

    @property
    def holds_when_absent(self) -> bool:
        """Whether the condition holds for a request that has no such key."""
        if self.operator == "Null":
            return "true" in map(str.lower, self.values)
        if self.if_exists or self.quantifier is Quantifier.ALL:
            return True
        return self.negated and self.quantifier is Quantifier.ONE

    def _whatever_the_key(self, context: Context) -> Truth:
        """Decide without the key: nothing equals texts that have no value."""
        if self.negated or self.holds_when_absent or not self.values:
            return Truth.UNKNOWN
        without_value = all(each is Missing.ABSENT for each in self._patterns_in(context))
        return Truth.NO if without_value else Truth.UNKNOWN

    def _null(self, found: tuple[str, ...] | Missing) -> Truth:
        words = {value.lower() for value in self.values}
        if self.quantifier is not Quantifier.ONE or not words or not words <= {"true", "false"}:
            return Truth.UNKNOWN
        if words == {"true", "false"}:
            return Truth.YES
        if found is Missing.UNKNOWN:
            return Truth.UNKNOWN
        return truth_of((found is Missing.ABSENT) == ("true" in words))

    def _compare(self, found: tuple[str, ...], context: Context) -> Truth:
        patterns = self._patterns_in(context)
        if self.quantifier is Quantifier.ONE:
            # Several values without a set prefix: AWS tells authors not to.
            return Truth.UNKNOWN if found[1:] else self._one(patterns, found[0])
        each = (self._one(patterns, value) for value in found)
        if self.quantifier is Quantifier.ANY:
            return any_of(each)
        # An empty text counts as no value at all.
        return Truth.YES if found == ("",) else all_of(each)

    def _one(self, patterns: Iterable[str | Missing], value: str) -> Truth:
        matched = any_of(self._matches(pattern, value) for pattern in patterns)
        return negate(matched) if self.negated else matched

    def _matches(self, pattern: str | Missing, value: str) -> Truth:
        if isinstance(pattern, Missing):
            return Truth.NO if pattern is Missing.ABSENT else Truth.UNKNOWN
        return compare(self.operator, pattern, value)

    def _patterns_in(self, context: Context) -> tuple[str | Missing, ...]:
        if self.patterns is not None:
            return self.patterns
        wildcards = self.operator in WITH_WILDCARDS
        return tuple(
            resolve(value, context, variables=True, wildcards=wildcards) for value in self.values
        )


def read_conditions(
    element: Mapping[str, Mapping[str, Iterable[str]]], *, variables: bool
) -> tuple[Condition, ...]:
    """Return the entries of a Condition element in normal form; all of them have to hold."""
    return tuple(
        _read(operator, key, tuple(values), variables=variables)
        for operator, keys in element.items()
        for key, values in keys.items()
    )


def _read(operator: str, key: str, values: tuple[str, ...], *, variables: bool) -> Condition:
    found = _OPERATOR.fullmatch(operator)
    if found is None:
        raise ValueError(f"no condition operator: {operator!r}")
    positive = _POSITIVES.get(found[2], found[2])
    return Condition(
        operator=positive,
        key=key.lower(),
        written=key,
        values=values,
        quantifier=Quantifier(found[1] or ""),
        negated=found[2] in _POSITIVES,
        if_exists=bool(found[3]),
        variables=variables,
        patterns=_patterns(positive, values, variables=variables),
    )


def _patterns(operator: str, values: tuple[str, ...], *, variables: bool) -> tuple[str, ...] | None:
    """Return the patterns that values are in every context, None if there are none such."""
    if variables and operator in WITH_VARIABLES and any("${" in value for value in values):
        return None
    return tuple(map(to_pattern, values)) if operator in WITH_WILDCARDS else values


_OPERATOR = re.compile(r"(ForAllValues:|ForAnyValue:)?([A-Za-z]+?)(IfExists)?")
_NEGATIONS: Mapping[str, str] = {
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "NumericEquals": "NumericNotEquals",
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
}
_POSITIVES: Mapping[str, str] = {negative: positive for positive, negative in _NEGATIONS.items()}
