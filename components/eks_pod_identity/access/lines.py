"""Times and addresses: conditions on them as stretches of a line.

In: an unknown with a line, an operator, a value. Out: a formula, or None if the value is of another
type. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import IPv6Network, ip_network

from eks_pod_identity.access.clause import ALWAYS, NEVER, Formula, Literal, one
from eks_pod_identity.access.unknown import Span, Unknown

HORIZON = 4_102_444_800  # 2100-01-01: what is allowed until then is allowed
SIX = 1 << 32  # where the addresses of version 6 begin, behind those of version 4
ADDRESSES: Span = (0, SIX + (1 << 128) - 1)
_LONG_NUMBER = 12


def match_line(unknown: Unknown, operator: str, value: str) -> Formula | None:
    """Return when a point of a line matches a value."""
    if unknown.line is None:
        return None
    span = _address(value) if operator == "IpAddress" else _time(operator, value)
    return None if span is None else _within(unknown, unknown.line, span)


def _within(unknown: Unknown, line: Span, span: Span) -> Formula:
    low, high = max(span[0], line[0]), min(span[1], line[1])
    if low > high:
        return NEVER
    if (low, high) == line:
        return ALWAYS
    return one(Literal(unknown.rank, unknown.is_within((low, high))))


def _address(value: str) -> Span | None:
    try:
        network = ip_network(value)
    except ValueError:
        return None
    first = int(network.network_address)
    offset = SIX if isinstance(network, IPv6Network) else 0
    return offset + first, offset + first + network.num_addresses - 1


def _time(operator: str, value: str) -> Span | None:
    relation = operator.removeprefix("Date").removeprefix("Numeric")
    if relation not in _SPANS or relation == operator:
        return None
    second = _seconds(value)
    return None if second is None else _SPANS[relation](second)


def _seconds(value: str) -> int | None:
    if value.isascii() and value.isdigit():
        return int(value) if len(value) < _LONG_NUMBER else None
    try:
        date = datetime.fromisoformat(value)
        return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


_FAR = 1 << 60
_SPANS: Mapping[str, Callable[[int], Span]] = {
    "Equals": lambda second: (second, second),
    "LessThan": lambda second: (-_FAR, second - 1),
    "LessThanEquals": lambda second: (-_FAR, second),
    "GreaterThan": lambda second: (second + 1, _FAR),
    "GreaterThanEquals": lambda second: (second, _FAR),
}
