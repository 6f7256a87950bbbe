"""The condition operators' comparisons of one value of a policy with one of a request.

Each says whether the two match; `doubt` for what AWS does not document, such as a number that is
none. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import Protocol, TypeAlias

from eks_pod_identity_emulator.authorization.arn import matches_arn
from eks_pod_identity_emulator.authorization.text_pattern import Token, compile_tokens

Wanted: TypeAlias = tuple[Token, ...]


class Comparison(Protocol):
    """Compares what a policy wants with what a request has."""

    def __call__(self, wanted: Wanted, found: str, /, *, doubt: bool) -> bool:
        """Say whether they match."""
        ...


def _like(wanted: Wanted, found: str, *, doubt: bool) -> bool:  # noqa: ARG001 - texts leave none
    return compile_tokens(wanted).match(found) is not None


def _equals(wanted: Wanted, found: str, *, doubt: bool) -> bool:  # noqa: ARG001 - as above
    return _plain(wanted) == found


def _equals_ignore_case(wanted: Wanted, found: str, *, doubt: bool) -> bool:  # noqa: ARG001 - as above
    return _plain(wanted).lower() == found.lower()


def _bool(wanted: Wanted, found: str, *, doubt: bool) -> bool:
    words = {_plain(wanted).lower(), found.lower()}
    return len(words) == 1 if words <= {"true", "false"} else doubt


def _binary(wanted: Wanted, found: str, *, doubt: bool) -> bool:
    try:
        return _decoded(_plain(wanted)) == _decoded(found)
    except binascii.Error:
        return doubt


def _ip_address(wanted: Wanted, found: str, *, doubt: bool) -> bool:
    try:
        return ip_address(found) in ip_network(_plain(wanted))
    except ValueError:  # also a network with host bits set
        return doubt


def _ordered(read: Callable[[str], object], relation: Callable[..., bool]) -> Comparison:
    def compare(wanted: Wanted, found: str, *, doubt: bool) -> bool:
        try:
            return relation(read(found), read(_plain(wanted)))
        except (ValueError, OverflowError, OSError):
            return doubt

    return compare


_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_SECONDS = re.compile(r"\d{1,18}", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _date(text: str) -> datetime:
    """Read a date of the W3C's profile of ISO 8601, or seconds since 1970."""
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _plain(wanted: Wanted) -> str:
    return "".join(token if isinstance(token, str) else token.value for token in wanted)


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_RELATIONS: Mapping[str, Callable[..., bool]] = {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}
COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "stringequals": _equals,
        "stringequalsignorecase": _equals_ignore_case,
        "stringlike": _like,
        "bool": _bool,
        "binaryequals": _binary,
        "ipaddress": _ip_address,
        "arnequals": matches_arn,
        "arnlike": matches_arn,
        **{f"numeric{name}": _ordered(_number, each) for name, each in _RELATIONS.items()},
        **{f"date{name}": _ordered(_date, each) for name, each in _RELATIONS.items()},
    }
)
"""By the operator's name in lower case, without Not, set prefix and IfExists."""
