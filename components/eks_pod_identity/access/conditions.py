"""Conditions as clauses: what one operator with one key asks of a call.

In: conditions as `iam.evaluation` reads them, and what the key holds. Out: formulas that hold
together. What absent keys mean follows the pages that `iam.evaluation.condition` names.
"""

from collections.abc import Iterator

from eks_pod_identity.access.clause import (
    ALWAYS,
    NEVER,
    Formula,
    any_of,
    both,
    contrary,
    of_box,
    of_truth,
)
from eks_pod_identity.access.domains import BOOLEAN
from eks_pod_identity.access.lines import match_line
from eks_pod_identity.access.match import match, match_arn, match_plain
from eks_pod_identity.access.numbers import match_number
from eks_pod_identity.access.pattern import shape_of
from eks_pod_identity.access.space import Chosen, Entries, Reading, Space, Text, Value
from eks_pod_identity.access.texts import (
    Clarity,
    KeyReader,
    TextReader,
    is_arn,
    with_arn_wildcards,
)
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Condition, Quantifier, Truth
from eks_pod_identity.iam.evaluation.comparison import WITH_WILDCARDS, compare
from eks_pod_identity.iam.evaluation.glob import to_pattern

_ARN_OPERATORS = frozenset({"ArnEquals", "ArnLike"})
_WORDS = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"}) | _ARN_OPERATORS
_COLONS = 5  # of an ARN, before its last part
_TRUTHS = frozenset({"true", "false"})


class ConditionReader:
    """Reads the conditions of statements for the calls of one kind."""

    def __init__(self, space: Space, read_key: KeyReader) -> None:
        self._space = space
        self._read_key = read_key

    def clauses(self, condition: Condition) -> Iterator[Formula]:
        """Yield the clauses of a condition.

        Raises:
            TooLargeError: It is too much to be worked out.
        """
        found = self._read_key(condition.key)
        if condition.operator == "Null":
            yield self._null(condition, found)
        elif found is None:
            yield of_truth(condition.holds_when_absent)
        elif not condition.values:
            yield self._untold(condition)
        else:
            yield from self._compared(condition, found)

    def _null(self, condition: Condition, found: Reading) -> Formula:
        words = {value.lower() for value in condition.values}
        if condition.quantifier is not Quantifier.ONE or not words or not words <= _TRUTHS:
            return self._untold(condition)
        if words == _TRUTHS:
            return ALWAYS
        if found is None:
            return of_truth("true" in words)
        there = of_box(found.gates)
        return any_of(contrary(there)) if "true" in words else there

    def _compared(self, condition: Condition, found: Value | Chosen | Entries) -> Iterator[Formula]:
        held = list(self._held(condition, found))
        there = of_box(found.gates)
        if there == ALWAYS:
            yield from held
        elif condition.holds_when_absent:
            missing = any_of(contrary(there))
            yield from (any_of((missing, each)) for each in held)
        else:
            yield there
            yield from held

    def _held(self, condition: Condition, found: Value | Chosen | Entries) -> Iterator[Formula]:
        """Yield what has to hold of a key that is there."""
        if isinstance(found, Chosen):
            # No prefix is not documented for lists; ForAnyValue is what it would have to be.
            for_all = condition.quantifier is Quantifier.ALL
            identity = (for_all, condition.negated, _identity(condition, condition.values))
            yield self._space.chosen(condition.written, identity)
        elif isinstance(found, Entries):
            yield from self._of_entries(condition, found)
        elif not found.several:
            yield from self._signed(condition, self._matches(condition, found.texts[0]))
        elif condition.quantifier is Quantifier.ONE:
            # Several values without a set prefix: AWS tells authors not to.
            yield self._untold(condition)
        else:
            yield from self._of_each(condition, found.texts)

    def _of_entries(self, condition: Condition, found: Entries) -> Iterator[Formula]:
        for_all = condition.quantifier is Quantifier.ALL
        fitting = []
        for text, gates in found.texts:
            held = ALWAYS
            for clause in self._signed(condition, self._matches(condition, (text,))):
                held = both(held, clause)
            there = of_box(gates)
            if for_all:
                yield any_of((any_of(contrary(there)), held))
            else:
                fitting.append(both(there, held))
        if not for_all:
            yield any_of(fitting)

    def _of_each(self, condition: Condition, texts: tuple[Text, ...]) -> Iterator[Formula]:
        held = [list(self._signed(condition, self._matches(condition, each))) for each in texts]
        if condition.quantifier is Quantifier.ALL:
            for each in held:
                yield from each
            return
        whole = []
        for each in held:
            formula = ALWAYS
            for clause in each:
                formula = both(formula, clause)
            whole.append(formula)
        yield any_of(whole)

    def _signed(self, condition: Condition, matched: Formula) -> Iterator[Formula]:
        if not condition.negated:
            yield matched
        elif matched == NEVER:
            yield ALWAYS
        else:
            yield from contrary(matched)

    def _matches(self, condition: Condition, text: Text) -> Formula:
        """Return when one value of the key matches one of the policy's."""
        return any_of(self._matches_one(condition, text, value) for value in condition.values)

    def _matches_one(self, condition: Condition, text: Text, value: str) -> Formula:
        operator = condition.operator
        if operator in _WORDS:
            return self._matches_word(condition, text, value)
        if not any(isinstance(part, Unknown) for part in text):
            return self._constant(condition, "".join(map(str, text)), value)
        only = text[0] if len(text) == 1 and isinstance(text[0], Unknown) else None
        found = self._matches_typed(only, operator, value) if only else None
        return self._untold(condition, value) if found is None else found

    def _matches_typed(self, only: Unknown, operator: str, value: str) -> Formula | None:
        """Return when the one unknown of a key matches, None if it is of another type."""
        if operator == "Bool":
            words = value.lower() in _TRUTHS and only.domain is BOOLEAN
            return match(self._space, (only,), shape_of(value.lower())) if words else None
        found = match_line(only, operator, value)
        return match_number(only, operator, value) if found is None else found

    def _constant(self, condition: Condition, text: str, value: str) -> Formula:
        truth = compare(condition.operator, value, text)
        if truth is Truth.UNKNOWN:
            return self._untold(condition, value)
        return of_truth(truth is Truth.YES)

    def _matches_word(self, condition: Condition, text: Text, value: str) -> Formula:
        plain = self._plain(condition, value)
        found = None if plain is None else match_plain(text, plain)
        if found is not None:
            return found
        alternatives = self._texts(condition.operator).read(value, variables=condition.variables)
        if isinstance(alternatives, Clarity):
            return self._untold(condition, value)
        found = NEVER
        for gate, wanted in alternatives:
            if condition.operator not in _ARN_OPERATORS:
                matched = match(self._space, text, wanted)
            elif not is_arn(wanted):
                matched = None
            elif any(isinstance(each, Unknown) for each in wanted):
                matched = match_arn(self._space, text, wanted)
            else:
                matched = match(self._space, text, with_arn_wildcards(wanted))
            if matched is None:
                matched = self._untold(condition, value)
            found = any_of((found, both(gate, matched)))
        return found

    @staticmethod
    def _plain(condition: Condition, value: str) -> str | None:
        """Return a value if it means the one text that it is."""
        operator = condition.operator
        wild = operator in WITH_WILDCARDS and ("*" in value or "?" in value)
        if wild or operator == "StringEqualsIgnoreCase" or (condition.variables and "${" in value):
            return None
        short = operator in _ARN_OPERATORS and value.count(":") < _COLONS
        return None if short else value

    def _texts(self, operator: str) -> TextReader:
        return TextReader(
            self._read_key,
            wildcards=operator in WITH_WILDCARDS,
            ignore_case=operator == "StringEqualsIgnoreCase",
            colon=operator not in _ARN_OPERATORS,
        )

    def _untold(self, condition: Condition, *values: str) -> Formula:
        identity = _identity(condition, values or condition.values)
        return self._space.untold(condition.written or condition.key, identity)


def _identity(condition: Condition, values: tuple[str, ...]) -> object:
    """Return what two ways to write one comparison have in common."""
    wild = condition.operator in WITH_WILDCARDS
    texts = frozenset(to_pattern(each) if wild else each for each in values)
    return condition.key, condition.operator.replace("Like", "Equals"), texts
