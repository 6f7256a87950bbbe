"""Values of a configuration against the JSON schema of a rule's property.

In: a schema of the keywords that rules use, and a value. Out: what is wrong, in words.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_LIMITS: Mapping[str, Callable[[Json, Json], bool]] = {
    "enum": lambda wanted, value: value in wanted,
    "pattern": lambda wanted, value: re.search(wanted, value) is not None,
    "minimum": lambda wanted, value: value >= wanted,
    "maximum": lambda wanted, value: value <= wanted,
    "minLength": lambda wanted, value: len(value) >= wanted,
    "maxLength": lambda wanted, value: len(value) <= wanted,
    "minItems": lambda wanted, value: len(value) >= wanted,
    "maxItems": lambda wanted, value: len(value) <= wanted,
    "uniqueItems": lambda _, value: len(set(map(json.dumps, value))) == len(value),
}
KEYWORDS = frozenset(_LIMITS) | {
    "type",
    "items",
    "additionalProperties",
    "propertyNames",
    "default",
    "description",
}
"""The keywords that are understood; a test holds all rules to them."""


def faults(schema: Mapping[str, Json], value: Json, path: str = "") -> Iterator[str]:
    """Yield what is wrong with a value, each with the path to it."""
    kind = schema.get("type")
    if kind is not None and not _is_a(value, kind):
        yield f"{path}{json.dumps(value)} is not of type {kind}"
        return
    for keyword, limit in _LIMITS.items():
        if keyword in schema and not limit(schema[keyword], value):
            yield f"{path}{json.dumps(value)} does not fit {keyword} {json.dumps(schema[keyword])}"
    yield from _faults_below(schema, value, path)


def _is_a(value: Json, kind: str) -> bool:
    if isinstance(value, bool):  # in Python alone a boolean is a number
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _faults_below(schema: Mapping[str, Json], value: Json, path: str) -> Iterator[str]:
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from faults(schema["items"], item, f"{path}[{index}] ")
    if isinstance(value, dict):
        for name, item in value.items():
            yield from faults(schema.get("propertyNames", {}), name, f"{path}.{name} ")
            if isinstance(schema.get("additionalProperties"), dict):
                yield from faults(schema["additionalProperties"], item, f"{path}.{name} ")
