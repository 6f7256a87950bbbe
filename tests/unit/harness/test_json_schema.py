"""The reader of JSON Schema that other tests rely on."""

from typing import Any

import pytest
from harness.json_schema import SchemaReader

_SHORT = {"maxLength": 1}
_CLOSED = {"properties": {"a": _SHORT}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string"}, "", None),
        ({"type": ["number", "null"]}, 1.5, True),
        ({"type": "boolean"}, False, 0),
        ({"enum": [1, None]}, None, True),
        ({"pattern": "^a$"}, "a", "ab"),
        ({"pattern": "^a$"}, 5, "b"),
        ({"minLength": 1}, "a", ""),
        (_SHORT, ["long", "list"], "ab"),
        ({"minItems": 1}, [0], []),
        ({"maxItems": 1}, [0], [0, 0]),
        ({"uniqueItems": True}, [0, False], [{"a": 1}, {"a": 1}]),
        ({"minProperties": 1}, {"a": 1}, {}),
        ({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 1}),
        ({"required": ["a"]}, {"a": None}, {"b": 1}),
        ({"items": _SHORT}, ["a", "b"], ["a", "bc"]),
        (_CLOSED, {"a": "x"}, {"b": "x"}),
        (_CLOSED, {}, {"a": "xy"}),
        ({"additionalProperties": _SHORT}, {"a": "x"}, {"a": "xy"}),
        ({"propertyNames": _SHORT}, {"a": 1}, {"ab": 1}),
        ({"allOf": [_SHORT, {"pattern": "a"}]}, "a", "b"),
        ({"anyOf": [_SHORT, {"pattern": "aa"}]}, "aa", "ab"),
        ({"oneOf": [_SHORT, {"pattern": "a"}]}, "b", "a"),
        ({"if": {"minProperties": 1}, "then": {"required": ["a"]}}, {}, {"b": 1}),
        ({"$ref": "#/definitions/short", "definitions": {"short": _SHORT}}, "a", "ab"),
    ],
)
def test_keyword_is_read(schema: Any, good: Any, bad: Any) -> None:  # noqa: ANN401 - JSON
    """Each keyword takes one instance and refuses another."""
    reader = SchemaReader(schema)

    assert not list(reader.faults(good))
    assert list(reader.faults(bad))


def test_fault_is_told_with_its_place() -> None:
    """The path and the keyword lead to what is wrong."""
    reader = SchemaReader({"properties": {"a": {"items": _SHORT}}})

    assert list(reader.faults({"a": ["x", "xy"]})) == ["$.a[1]: maxLength 1"]


def test_unknown_keyword_is_refused() -> None:
    """A schema that says more than is read would pass for the wrong reason."""
    with pytest.raises(NotImplementedError, match="multipleOf"):
        list(SchemaReader({"multipleOf": 2}).faults(3))
