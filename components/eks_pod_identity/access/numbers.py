"""Account numbers compared as numbers: with twelve digits each, that is a matter of their digits.

In: an unknown, an operator, a value. Out: a formula, or None if it is no such comparison.
"""

from decimal import Decimal, InvalidOperation

from eks_pod_identity.access.clause import ALWAYS, NEVER, Formula, Literal, any_of, of_truth, one
from eks_pod_identity.access.domains import ACCOUNT
from eks_pod_identity.access.pattern import Shape, number_shapes, shape_of
from eks_pod_identity.access.unknown import Unknown

_DIGITS = 12
_LONG_NUMBER = 40


def match_number(unknown: Unknown, operator: str, value: str) -> Formula | None:
    """Return when an account's number compares so with a value."""
    if unknown.domain is not ACCOUNT or not operator.startswith("Numeric"):
        return None
    try:
        number = Decimal(value) if len(value) < _LONG_NUMBER else Decimal("nan")
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return _compared(unknown, operator.removeprefix("Numeric"), number)


def _compared(unknown: Unknown, relation: str, number: Decimal) -> Formula:
    side = "<" if relation.startswith("Less") else ">" if relation.startswith("Greater") else ""
    whole = number == number.to_integral_value()
    if number < 0 or number >= 10**_DIGITS:
        return of_truth((side == ">") if number < 0 else (side == "<"))
    digits = str(int(number)).zfill(_DIGITS)
    shapes = number_shapes(digits, side) if side else ()
    # Of a number with a fraction the whole part itself is less, and nothing is equal to it.
    equal = relation.endswith("Equals") if whole else side == "<"
    formulas = [_is(unknown, shape) for shape in shapes]
    if equal:
        formulas.append(_is(unknown, shape_of(digits)))
    return any_of(formulas)


def _is(unknown: Unknown, shape: Shape) -> Formula:
    found = unknown.is_like(shape)
    if isinstance(found, bool):
        return ALWAYS if found else NEVER
    return one(Literal(unknown.rank, found))
