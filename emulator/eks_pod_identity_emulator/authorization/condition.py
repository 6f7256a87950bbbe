"""Condition elements: operators, keys and values parsed once, asked for each request.

For absent keys see
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
and for several values
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.authorization.comparison import COMPARISONS
from eks_pod_identity_emulator.authorization.policy_text import (
    PolicyText,
    UnreadableTextError,
    parse_text,
)
from eks_pod_identity_emulator.authorization.request import Context
from eks_pod_identity_emulator.json_value import Json

_OPERATOR = re.compile(r"(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?")
_WITH_VARIABLES = re.compile("string|arn")
_WITH_WILDCARDS = frozenset({"stringlike", "arnequals", "arnlike"})
_EMPTY = ("",)


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator with one key.

    Attributes:
        operator: Name in lower case, without Not, set prefix and IfExists.
        key: Context key in lower case.
        values: What the policy wants, one of which has to match.
        quantifier: `forallvalues`, `foranyvalue` or nothing.
        negated: Whether none of the values may match.
        if_exists: Whether an absent key is good enough.
    """

    operator: str
    key: str
    values: tuple[PolicyText, ...]
    quantifier: str
    negated: bool
    if_exists: bool

    def holds(self, context: Context, *, doubt: bool) -> bool:
        """Say whether a request meets the condition; `doubt` where AWS leaves it open."""
        found = context.get(self.key)
        if self.operator == "null":
            return self._is_null(found, doubt=doubt)
        if self.operator not in COMPARISONS:
            return doubt
        if found is None:
            return self._holds_without_key
        if not self.values:
            return doubt
        return self._holds_for(found, context, doubt=doubt)

    @property
    def _holds_without_key(self) -> bool:
        if self.if_exists or self.quantifier == "forallvalues":
            return True
        return self.negated and not self.quantifier

    def _is_null(self, found: tuple[str, ...] | None, *, doubt: bool) -> bool:
        wanted = {value.written.lower() for value in self.values}
        if self.quantifier or not wanted or not wanted <= {"true", "false"}:
            return doubt
        return str(found is None).lower() in wanted

    def _holds_for(self, found: tuple[str, ...], context: Context, *, doubt: bool) -> bool:
        meets = (self._meets(value, context, doubt=doubt) for value in found)
        if self.quantifier == "foranyvalue":
            return any(meets)
        if self.quantifier:
            # "If the key values in the request resolve to an empty data set such as an empty
            # string", the condition holds.
            return found == _EMPTY or all(meets)
        # Without a set operator AWS does not say what a key of several values means.
        return next(meets) if len(found) == 1 else doubt

    def _meets(self, value: str, context: Context, *, doubt: bool) -> bool:
        if self.negated:
            return not self._matches_any(value, context, doubt=not doubt)
        return self._matches_any(value, context, doubt=doubt)

    def _matches_any(self, value: str, context: Context, *, doubt: bool) -> bool:
        return any(self._matches(wanted, value, context, doubt=doubt) for wanted in self.values)

    def _matches(self, wanted: PolicyText, value: str, context: Context, *, doubt: bool) -> bool:
        try:
            tokens = wanted.fill_in(context, doubt=doubt)
        except UnreadableTextError:
            return doubt
        # A text with a variable that has no value equals nothing.
        return tokens is not None and COMPARISONS[self.operator](tokens, value, doubt=doubt)


def read_conditions(element: Json, *, variables: bool) -> tuple[Condition, ...]:
    """Return the conditions of a Condition element, all of which have to hold.

    Args:
        element: Keys and values by operator, as a document has them.
        variables: Whether `${...}` are variables in the document.
    """
    return tuple(_conditions(element, variables=variables))


def _conditions(
    element: Mapping[str, Mapping[str, Any]], *, variables: bool
) -> Iterator[Condition]:
    for operator, keys in element.items():
        for key, values in keys.items():
            yield _read(operator.lower(), key.lower(), values, variables=variables)


def _read(written: str, key: str, values: Json, *, variables: bool) -> Condition:
    found = _OPERATOR.fullmatch(written)
    quantifier, name, if_exists = found.groups() if found else (None, written, None)
    operator = _positive(name)
    expands = variables and _WITH_VARIABLES.match(operator) is not None
    texts = (
        parse_text(_text(value), variables=expands, wildcards=operator in _WITH_WILDCARDS)
        for value in (values if isinstance(values, list) else [values])
    )
    return Condition(
        operator=operator,
        key=key,
        values=tuple(texts),
        quantifier=quantifier or "",
        negated=operator != name,
        if_exists=if_exists is not None,
    )


def _positive(name: str) -> str:
    """Return an operator without its Not, which is in the middle but for `NotIpAddress`."""
    positive = name.replace("not", "", 1)
    return positive if positive in COMPARISONS else name


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
