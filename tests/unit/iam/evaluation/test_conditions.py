"""Condition operators, one at a time, as the IAM user guide describes them."""

import pytest

from eks_pod_identity.iam.evaluation import Context, Truth
from eks_pod_identity.iam.evaluation.condition import read_conditions
from eks_pod_identity.iam.evaluation.glob import matches, to_pattern

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
_COLONS = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"
_CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/prod"


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", "a*", "ab", NO),
        ("StringEquals", "a*", "a*", YES),
        ("StringNotEquals", "a", "b", YES),
        ("StringEqualsIgnoreCase", "ABC", "abc", YES),
        ("StringLike", "a?c*", "abcd", YES),
        ("StringLike", "A*", "abc", NO),
        ("StringNotLike", "a*", "abc", NO),
        ("ArnLike", "arn:aws:eks:*:111122223333:cluster/*", _CLUSTER, YES),
        ("ArnEquals", "arn:aws:eks:*:111122223333:cluster/pro?", _CLUSTER, YES),
        ("ArnLike", "arn:aws:eks:*:cluster/prod", _CLUSTER, UNKNOWN),
        ("ArnLike", "arn:aws:*:111122223333:x:cluster/prod", _CLUSTER, NO),
        ("ArnLike", "*", _CLUSTER, UNKNOWN),
        ("ArnLike", "arn:*:eu-west-1:111122223333:secret:db", _COLONS, NO),
        ("ArnLike", "arn:aws:*:*:*:secret:d?", _COLONS, YES),
        ("ArnNotLike", "arn:aws:eks:*:444455556666:cluster/*", _CLUSTER, YES),
        ("ArnLike", _CLUSTER, "no arn", UNKNOWN),
        ("NumericEquals", "5", "5.0", YES),
        ("NumericNotEquals", "5", "6", YES),
        ("NumericLessThan", "5", "4", YES),
        ("NumericLessThanEquals", "5", "5", YES),
        ("NumericGreaterThan", "5", "5", NO),
        ("NumericGreaterThanEquals", "5", "x", UNKNOWN),
        ("NumericEquals", "NaN", "NaN", UNKNOWN),
        ("NumericEquals", "-.5", "-0.50", YES),
        ("NumericEquals", "10", "1_0", UNKNOWN),
        ("NumericEquals", "1000", "1e3", UNKNOWN),
        ("NumericNotEquals", " 5", "4", UNKNOWN),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02", YES),
        ("DateLessThanEquals", "1767225600", "2026-01-01T00:00:00Z", YES),
        ("DateEquals", "soon", "2026-01-01", UNKNOWN),
        ("DateEquals", "2026-W49-1", "2026-11-30", UNKNOWN),
        ("DateEquals", "2026-11-30 16:00:00Z", "2026-11-30T16:00:00Z", UNKNOWN),
        ("DateNotEquals", "2026-01-01", "2026-01-02", YES),
        ("DateLessThan", "99999999999999999999", "2026-01-01", UNKNOWN),
        ("Bool", "True", "true", YES),
        ("Bool", "false", "true", NO),
        ("Bool", "yes", "true", UNKNOWN),
        ("BinaryEquals", "QQ==", "QQ==", YES),
        ("BinaryEquals", "QQ==", "Qg==", NO),
        ("BinaryEquals", "%", "QQ==", UNKNOWN),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", YES),
        ("NotIpAddress", "10.0.0.0/8", "11.1.2.3", YES),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", YES),
        ("IpAddress", "10.0.0.1/8", "10.0.0.1", UNKNOWN),
        ("IpAddress", "10.0.0.0/8", "here", UNKNOWN),
    ],
)
def test_operator_compares(operator: str, wanted: str, found: str, expected: Truth) -> None:
    """A value that is not of the operator's type is never taken for a match or a mismatch."""
    assert _holds(operator, [wanted], {"aws:Key": found}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", NO),
        ("StringNotEquals", YES),
        ("StringEqualsIfExists", YES),
        ("StringNotEqualsIfExists", YES),
        ("ForAllValues:StringEquals", YES),
        ("ForAllValues:StringNotEquals", YES),
        ("ForAnyValue:StringEquals", NO),
        ("ForAnyValue:StringNotEquals", NO),
        ("ForAnyValue:StringEqualsIfExists", YES),
        ("ArnLike", NO),
        ("NotIpAddress", YES),
    ],
)
def test_absent_key(operator: str, expected: Truth) -> None:
    """What an operator makes of a key that the request does not have."""
    assert _holds(operator, ["a"], {}) is expected


@pytest.mark.parametrize(
    ("wanted", "context", "expected"),
    [
        (["true"], {}, YES),
        (["false"], {}, NO),
        (["true"], {"aws:Key": "x"}, NO),
        (["False"], {"aws:Key": "x"}, YES),
        (["true", "false"], {}, YES),
        (["maybe"], {}, UNKNOWN),
        (["true"], {"aws:Key": ()}, YES),
    ],
)
def test_null(
    wanted: list[str], context: dict[str, str | tuple[str, ...]], expected: Truth
) -> None:
    """`Null` asks whether the key is missing; a key without values is."""
    assert _holds("Null", wanted, context) is expected


def test_several_values_without_a_set_prefix_are_not_decided() -> None:
    """AWS tells authors to use a set prefix, and does not say what happens without one."""
    assert _holds("StringEquals", ["a"], {"aws:Key": ("a", "b")}) is UNKNOWN
    assert _holds("ForAllValues:StringEquals", ["a"], {"aws:Key": ("a", "b")}) is NO
    assert _holds("ForAnyValue:StringEquals", ["a"], {"aws:Key": ("a", "b")}) is YES


def test_an_empty_text_counts_as_no_value_for_all_values() -> None:
    """`ForAllValues` holds if the key's values "resolve to a null dataset"."""
    assert _holds("ForAllValues:StringEquals", ["a"], {"aws:Key": ""}) is YES


def test_condition_without_values_is_not_decided() -> None:
    """An empty list is no condition that AWS describes."""
    assert _holds("StringEquals", [], {"aws:Key": "a"}) is UNKNOWN


@pytest.mark.parametrize(
    ("value", "context", "expected"),
    [
        ("${aws:Other}", {"aws:Key": "a", "aws:Other": "a"}, YES),
        ("${AWS:other}", {"aws:Key": "a", "aws:Other": "a"}, YES),
        ("${aws:Other}", {"aws:Key": "a"}, NO),
        ("${aws:Other, 'a'}", {"aws:Key": "a"}, YES),
        ("${aws:Other,'a'}", {"aws:Key": "a"}, YES),
        ("x${aws:Other}", {"aws:Key": "xa", "aws:Other": ("a", "b")}, UNKNOWN),
        ("${aws:Other}", {"aws:Key": "ab", "aws:Other": "a*"}, UNKNOWN),
        ("${*}", {"aws:Key": "*"}, YES),
        ("${*}", {"aws:Key": "ab"}, NO),
        ("${?}", {"aws:Key": "a"}, NO),
        ("${$}{aws:Other}", {"aws:Key": "${aws:Other}"}, YES),
        ("${aws:Other", {"aws:Key": "a"}, UNKNOWN),
        ("${a b}", {"aws:Key": "a"}, UNKNOWN),
    ],
)
def test_variables(value: str, context: dict[str, str | tuple[str, ...]], expected: Truth) -> None:
    """Variables take values of the request, defaults if there are none, else match nothing."""
    assert _holds("StringLike", [value], context) is expected


def test_variable_without_value_satisfies_negations() -> None:
    """Nothing equals a text without a value, so a negated operator holds."""
    assert _holds("StringNotEquals", ["${aws:Other}"], {"aws:Key": "a"}) is YES


def test_variables_are_plain_text_before_2012() -> None:
    """Without Version 2012-10-17 a `${...}` is compared as it stands."""
    (condition,) = read_conditions({"StringEquals": {"aws:Key": ["${x}"]}}, variables=False)

    assert condition.holds(Context.of({"aws:Key": "${x}"})) is YES


def test_unlisted_key_is_unknown_unless_the_context_is_complete() -> None:
    """A context can say that it holds everything, or name what is absent, alone or by family."""
    (condition,) = read_conditions({"StringNotEquals": {"aws:RequestTag/a": ["x"]}}, variables=True)

    assert condition.holds(Context.of({})) is UNKNOWN
    assert condition.holds(Context.of({}, complete=True)) is YES
    assert condition.holds(Context.of({}, absent=["aws:RequestTag/"])) is YES
    assert condition.holds(Context.of({}, absent=["aws:requesttag/A"])) is YES


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*", "a", True),
        ("*a", "ba", True),
        ("a*a", "a", False),
        ("a*b*c", "axxbyyc", True),
        ("a*bc*c", "abc", False),
        ("?", "", False),
        ("a?", "ab", True),
        ("*?b", "b", False),
        ("*a?*", "xaby", True),
        (".*", "ab", False),
    ],
)
def test_wildcards(pattern: str, text: str, *, expected: bool) -> None:
    """`*` is any text, `?` any one character, and nothing else is special."""
    assert matches(to_pattern(pattern), text) is expected


def _holds(
    operator: str, wanted: list[str], context: dict[str, str | tuple[str, ...]] | dict[str, str]
) -> Truth:
    (condition,) = read_conditions({operator: {"aws:Key": wanted}}, variables=True)
    return condition.holds(Context.of(context, complete=True))
