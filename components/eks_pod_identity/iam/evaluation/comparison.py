"""One value of a policy compared with one value of a request, for each family of operators.

In: the name of an operator without negation, prefix and suffix, and two texts. Out: whether they
match; UNKNOWN for what is not of the operator's type, because IAM's answer is not documented.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import TypeAlias, TypeVar

from eks_pod_identity.iam.evaluation.arn import arn_matches
from eks_pod_identity.iam.evaluation.glob import matches
from eks_pod_identity.iam.evaluation.truth import Truth, truth_of

Comparison: TypeAlias = Callable[[str, str], Truth]
_T = TypeVar("_T")

# Operators whose texts may hold variables, "Where you can use policy variables".
WITH_VARIABLES = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
)
# StringEquals takes `*` literally; ArnEquals and ArnLike behave alike.
WITH_WILDCARDS = frozenset({"StringLike", "ArnEquals", "ArnLike"})


def compare(operator: str, wanted: str, found: str) -> Truth:
    """Tell whether a request's value matches a policy's."""
    return _COMPARISONS[operator](wanted, found)


def _string_equals(wanted: str, found: str) -> Truth:
    return truth_of(wanted == found)


def _string_equals_ignore_case(wanted: str, found: str) -> Truth:
    return truth_of(wanted.lower() == found.lower())


def _string_like(wanted: str, found: str) -> Truth:
    return truth_of(matches(wanted, found))


def _bool(wanted: str, found: str) -> Truth:
    words = {wanted.lower(), found.lower()}
    if not words <= {"true", "false"}:
        return Truth.UNKNOWN
    return truth_of(len(words) == 1)


def _binary(wanted: str, found: str) -> Truth:
    return _typed(_decode, eq)(wanted, found)


def _ip_address(wanted: str, found: str) -> Truth:
    try:
        network, address = ip_network(wanted), ip_address(found)
    except ValueError:  # also a network with host bits, of which AWS does not speak
        return Truth.UNKNOWN
    return truth_of(address in network)


def _typed(read: Callable[[str], _T], relation: Callable[[_T, _T], bool]) -> Comparison:
    def compare_typed(wanted: str, found: str) -> Truth:
        try:
            return truth_of(relation(read(found), read(wanted)))
        except (ValueError, OverflowError, OSError, InvalidOperation):
            return Truth.UNKNOWN

    return compare_typed


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def _number(text: str) -> Decimal:
    """Read "an integer or decimal value"; what else Python takes for one, AWS may not."""
    if not _NUMBER.fullmatch(text) or len(text) >= _LONG_NUMBER:
        raise ValueError(text)
    return Decimal(text)


def _date(text: str) -> datetime:
    """Read a date of the W3C's profile of ISO 8601, or a number of seconds since 1970."""
    if text.isascii() and text.isdigit() and len(text) < _LONG_NUMBER:
        return datetime.fromtimestamp(int(text), UTC)
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


_LONG_NUMBER = 40
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
# https://www.w3.org/TR/NOTE-datetime, as the page on condition operators says
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_RELATIONS: Mapping[str, Callable[..., bool]] = {
    "Equals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}
_COMPARISONS: Mapping[str, Comparison] = {
    "ArnEquals": arn_matches,
    "ArnLike": arn_matches,
    "BinaryEquals": _binary,
    "Bool": _bool,
    "IpAddress": _ip_address,
    "StringEquals": _string_equals,
    "StringEqualsIgnoreCase": _string_equals_ignore_case,
    "StringLike": _string_like,
    **{f"Numeric{name}": _typed(_number, relation) for name, relation in _RELATIONS.items()},
    **{f"Date{name}": _typed(_date, relation) for name, relation in _RELATIONS.items()},
}
