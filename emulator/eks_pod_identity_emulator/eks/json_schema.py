"""The part of JSON Schema that the catalog's configuration schemas use, with EKS's sentences.

EKS's messages are those of the Java library json-schema-validator, as seen in
https://github.com/hashicorp/terraform-provider-aws/issues/29215 and in users' logs:
`$.nodeSelector: is not defined in the schema and the schema does not allow additional properties`.
A keyword that is not listed in KEYWORDS would be passed over, so a test refuses schemas with one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

KEYWORDS = frozenset(
    {
        "$schema",
        "additionalProperties",
        "enum",
        "format",
        "items",
        "maximum",
        "minimum",
        "pattern",
        "properties",
        "required",
        "type",
    }
)

_FORMATS = {"boolean": re.compile(r"true|false"), "integer": re.compile(r"-?\d+")}


def schema_faults(schema: Mapping[str, Any], value: object, path: str = "$") -> Iterator[str]:
    """Yield what is wrong with a value, one sentence per place."""
    wanted = schema.get("type")
    if wanted is not None and not _is_a(value, wanted):
        yield f"{path}: {_type_name(value)} found, {wanted} expected"
        return
    if "enum" in schema and value not in schema["enum"]:
        allowed = ", ".join(f'"{entry}"' for entry in schema["enum"])
        yield f"{path}: does not have a value in the enumeration [{allowed}]"
    if isinstance(value, str):
        yield from _text_faults(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_faults(schema, value, path)
    elif isinstance(value, Mapping):
        yield from _object_faults(schema, value, path)
    elif isinstance(value, list) and "items" in schema:
        for index, entry in enumerate(value):
            yield from schema_faults(schema["items"], entry, f"{path}[{index}]")


def _text_faults(schema: Mapping[str, Any], value: str, path: str) -> Iterator[str]:
    pattern = schema.get("pattern")
    if pattern is not None and not re.search(pattern, value):
        yield f"{path}: does not match the regex pattern {pattern}"
    format_ = schema.get("format")
    if format_ is not None and not _FORMATS[format_].fullmatch(value):
        yield f"{path}: does not match the {format_} pattern"


def _number_faults(schema: Mapping[str, Any], value: float, path: str) -> Iterator[str]:
    minimum, maximum = schema.get("minimum"), schema.get("maximum")
    if minimum is not None and value < minimum:
        yield f"{path}: must have a minimum value of {minimum}"
    if maximum is not None and value > maximum:
        yield f"{path}: must have a maximum value of {maximum}"


def _object_faults(
    schema: Mapping[str, Any], value: Mapping[str, object], path: str
) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name}: is missing but it is required"
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name, entry in value.items():
        if name in properties:
            yield from schema_faults(properties[name], entry, f"{path}.{name}")
        elif others is False:
            yield (
                f"{path}.{name}: is not defined in the schema "
                "and the schema does not allow additional properties"
            )
        elif others is not True:
            yield from schema_faults(others, entry, f"{path}.{name}")


def _is_a(value: object, wanted: str) -> bool:
    found = _type_name(value)
    return found == wanted or (wanted == "number" and found == "integer")


def _type_name(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
