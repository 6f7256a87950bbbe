"""Unquoted scalars: what they are read as, and which of them are text all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.config.plain_scalar import PlainScalar, ScalarValue, resolve_plain


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nulls_are_null(text: str) -> None:
    """Each spelling of YAML's null is None."""
    assert resolve_plain(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("yes", True),
        ("ON", True),
        ("y", True),
        ("n", False),
        ("off", False),
        ("FALSE", False),
        ("0", 0),
        ("-17", -17),
        ("+5", 5),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b101", 5),
        ("017", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
    ],
)
def test_numbers_and_booleans_are_read_by_the_rules_of_yaml_1_1(
    text: str, value: ScalarValue
) -> None:
    """Go's reader, which eksctl uses, follows YAML 1.1."""
    scalar = resolve_plain(text)

    assert isinstance(scalar, PlainScalar)
    assert scalar == text
    assert scalar.value == value
    assert type(scalar.value) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "demo",
        "1.2.3",
        "2012-10-17",
        "089",
        "0x",
        "1e999",
        ".inf",
        ".nan",
        "tRUE",
        "-",
        "1__a",
        "_1",
    ],
)
def test_everything_else_is_text(text: str) -> None:
    """What is no number that JSON could hold stays as it is written."""
    found = resolve_plain(text)

    assert found == text
    assert not isinstance(found, PlainScalar)


@pytest.mark.parametrize(
    ("text", "again"),
    [("1.30", "1.3"), ("1.33", "1.33"), ("017", "15"), ("yes", "true"), ("true", "true")],
)
def test_text_is_kept_beside_the_value(text: str, again: str) -> None:
    """The difference between both is what makes an unquoted text a fault."""
    scalar = resolve_plain(text)

    assert isinstance(scalar, PlainScalar)
    assert scalar.value_as_text == again


@given(st.text(alphabet="0123456789_+-.xobeEabcf", max_size=400))
def test_no_text_is_too_odd(text: str) -> None:
    """Whatever looks like a number is one or is text; nothing raises."""
    assert resolve_plain(text) in (text, None)
