"""Formulas over unknowns: literals, boxes of them that hold together, and clauses of boxes.

A formula is an OR of boxes, a box an AND of literals. Negation gives one clause for each box, so
that what is asked of several keys at once is denied as a whole.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from eks_pod_identity.access.bounds import MAX_BOXES, TooLargeError
from eks_pod_identity.access.unknown import PRESENT, Unknown


class Literal(NamedTuple):
    """A predicate of an unknown, or its contrary."""

    rank: int
    predicate: int
    sign: bool = True


Box: TypeAlias = frozenset[Literal]
Formula: TypeAlias = frozenset[Box]

EMPTY: Box = frozenset()
ALWAYS: Formula = frozenset({EMPTY})
NEVER: Formula = frozenset()


def present(unknown: Unknown) -> Literal:
    """Return that an unknown has a value, or that a flag is set."""
    return Literal(unknown.rank, PRESENT)


def one(literal: Literal) -> Formula:
    """Return the formula of one literal."""
    return frozenset({frozenset({literal})})


def of_box(box: Box) -> Formula:
    """Return the formula of one box."""
    return frozenset({box})


def of_truth(truth: bool) -> Formula:  # noqa: FBT001 - its one argument is what it converts
    """Return ALWAYS or NEVER."""
    return ALWAYS if truth else NEVER


def any_of(formulas: Iterable[Formula]) -> Formula:
    """Return what holds where one of the formulas holds."""
    found: set[Box] = set()
    for each in formulas:
        if each == ALWAYS:
            return ALWAYS
        found |= each
    return frozenset(found)


def both(left: Formula, right: Formula) -> Formula:
    """Return what holds where both formulas hold.

    Raises:
        TooLargeError: It has too many boxes.
    """
    if left == ALWAYS:
        return right
    if right == ALWAYS:
        return left
    if len(left) * len(right) > MAX_BOXES:
        raise TooLargeError("combinations of conditions")
    return frozenset(box for a in left for b in right if _is_possible(box := a | b))


def contrary(formula: Formula) -> Iterator[Formula]:
    """Yield the clauses that hold together where the formula does not."""
    for box in formula:
        yield frozenset(frozenset({each._replace(sign=not each.sign)}) for each in box)


def _is_possible(box: Box) -> bool:
    return not any(each.sign and each._replace(sign=False) in box for each in box)
