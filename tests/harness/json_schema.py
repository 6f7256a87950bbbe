"""A reader of JSON Schema, draft 7: the keywords that our schema has; any other is refused.

assert not list(SchemaReader(schema).faults(instance))
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
Schema: TypeAlias = Mapping[str, Json]

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def is_a(instance: Json, kind: str) -> bool:
    """Tell whether an instance is of a kind; in Python alone a boolean is a number."""
    if isinstance(instance, bool):
        return kind == "boolean"
    return isinstance(instance, _KINDS[kind])


# What is no limit of the instance itself: words, and what the reader looks at elsewhere.
_WITHOUT_LIMIT = frozenset(
    {"$schema", "title", "description", "examples", "definitions"}
    | {"allOf", "items", "properties", "additionalProperties", "then"}
)
_OF_ANY: Mapping[str, Callable[[Json, Json], bool]] = {
    "type": lambda wanted, each: any(is_a(each, kind) for kind in _listed(wanted)),
    "enum": lambda wanted, each: json.dumps(each) in map(json.dumps, wanted),
}
_OF_KIND: Mapping[str, tuple[str, Callable[[Json, Json], bool]]] = {
    "pattern": ("string", lambda wanted, text: re.search(wanted, text) is not None),
    "minLength": ("string", lambda wanted, text: len(text) >= wanted),
    "maxLength": ("string", lambda wanted, text: len(text) <= wanted),
    "minItems": ("array", lambda wanted, items: len(items) >= wanted),
    "maxItems": ("array", lambda wanted, items: len(items) <= wanted),
    "uniqueItems": ("array", lambda _, items: len(set(map(json.dumps, items))) == len(items)),
    "minimum": ("number", lambda wanted, number: number >= wanted),
    "maximum": ("number", lambda wanted, number: number <= wanted),
    "minProperties": ("object", lambda wanted, keys: len(keys) >= wanted),
    "maxProperties": ("object", lambda wanted, keys: len(keys) <= wanted),
    "required": ("object", lambda wanted, keys: keys.keys() >= set(wanted)),
}
_OF_SEVERAL: Mapping[str, Callable[[list[bool]], bool]] = {
    "anyOf": any,
    "oneOf": lambda each: each.count(True) == 1,
}


def _listed(wanted: Json) -> list[Json]:
    return wanted if isinstance(wanted, list) else [wanted]


class SchemaReader:
    """Judges instances by one schema."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema

    def faults(self, instance: Json) -> Iterator[str]:
        """Yield where an instance breaks which keyword.

        Raises:
            NotImplementedError: The schema has a keyword that this reader does not know.
        """
        yield from self._faults(self._root, instance, "$")

    def _faults(self, schema: Json, instance: Json, path: str) -> Iterator[str]:
        if isinstance(schema, bool):
            yield from () if schema else (f"{path}: nothing may stand here",)
        elif "$ref" in schema:
            yield from self._faults(self._definition(schema["$ref"]), instance, path)
        else:
            for keyword, wanted in schema.items():
                if not self._holds(keyword, wanted, instance, schema):
                    yield f"{path}: {keyword} {json.dumps(wanted)[:100]}"
            for each in schema.get("allOf", ()):
                yield from self._faults(each, instance, path)
            yield from self._faults_below(schema, instance, path)

    def _definition(self, reference: str) -> Json:
        found: Json = self._root
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found

    def _holds(self, keyword: str, wanted: Json, instance: Json, schema: Schema) -> bool:
        if keyword in _OF_ANY:
            return _OF_ANY[keyword](wanted, instance)
        if keyword in _OF_KIND:
            kind, limit = _OF_KIND[keyword]
            return not is_a(instance, kind) or limit(wanted, instance)
        if keyword in _OF_SEVERAL:
            return _OF_SEVERAL[keyword]([self._fits(each, instance) for each in wanted])
        if keyword == "if":
            return not self._fits(wanted, instance) or self._fits(schema["then"], instance)
        if keyword == "propertyNames":
            names = instance if is_a(instance, "object") else ()
            return all(self._fits(wanted, name) for name in names)
        if keyword not in _WITHOUT_LIMIT:
            raise NotImplementedError(keyword)
        return True

    def _fits(self, schema: Json, instance: Json) -> bool:
        return not any(self._faults(schema, instance, ""))

    def _faults_below(self, schema: Schema, instance: Json, path: str) -> Iterator[str]:
        if is_a(instance, "array") and "items" in schema:
            for index, item in enumerate(instance):
                yield from self._faults(schema["items"], item, f"{path}[{index}]")
        if is_a(instance, "object"):
            known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
            for key, value in instance.items():
                yield from self._faults(known.get(key, others), value, f"{path}.{key}")
