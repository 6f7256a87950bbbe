"""Checks parameters against botocore's model: required, length, range, pattern, enumeration, type.

The sentences are those of AWS's own front ends, which check the same model ("Member must satisfy
regular expression pattern"). What only a service knows is not checked here.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.json_value import Json

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "list": (list,),
    "map": (dict,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
}
# Unicode categories, which Python's `re` does not know.
_CATEGORIES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{M}": r"\w"}

# What EKS takes empty although its model says otherwise: a role ARN gets as far as its own check,
# "Cross-account pass role is not allowed.", see
# https://github.com/hashicorp/terraform-provider-aws/issues/30645; eksctl sends no tags as {}.
_MAY_BE_EMPTY = frozenset({"RoleArn", "TagMap"})


def check_types(shape: Shape, value: Json) -> None:
    """Refuse a value of the wrong JSON type, as AWS's parsers do before any other check.

    Raises:
        ApiError: SerializationException, for the first such value.
    """
    wanted = _PYTHON_TYPES.get(shape.type_name)
    if wanted and (not isinstance(value, wanted) or _bool_as_number(shape, value)):
        kind = type(value).__name__
        raise ApiError(
            "SerializationException", f"{kind} can not be converted to {shape.type_name}"
        )
    for child, item in _children(shape, value):
        check_types(child, item)


def _bool_as_number(shape: Shape, value: object) -> bool:
    return isinstance(value, bool) and shape.type_name != "boolean"


def _children(shape: Shape, value: Json) -> Iterator[tuple[Shape, Any]]:
    if isinstance(shape, StructureShape):
        yield from ((shape.members[name], item) for name, item in value.items())
    elif isinstance(shape, ListShape):
        yield from ((shape.member, item) for item in value)
    elif isinstance(shape, MapShape):
        yield from ((shape.value, item) for item in value.values())


def violations(shape: StructureShape, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one sentence for each constraint of the model that the parameters break."""
    return tuple(_structure(shape, params, ""))


def _structure(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield _failed("null ", _join(path, name), "Member must not be null")
    for name, item in value.items():
        yield from _value(shape.members[name], item, _join(path, name))


def _join(path: str, name: str) -> str:
    lower = name[0].lower() + name[1:]
    return f"{path}.{lower}" if path else lower


def _value(shape: Shape, value: Json, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _size(shape, len(value), "", path)
        for number, item in enumerate(value, start=1):
            yield from _value(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _size(shape, len(value), "", path)
        for key, item in value.items():
            yield from _value(shape.key, key, f"{path}.{key}")
            yield from _value(shape.value, item, f"{path}.{key}.member")
    elif isinstance(shape, StringShape):
        yield from _string(shape, value, path)
    elif shape.type_name in ("integer", "long"):
        yield from _range(shape, value, path)


def _string(shape: StringShape, value: str, path: str) -> Iterator[str]:
    shown = "" if shape.metadata.get("sensitive") else f"'{value}' "
    yield from _size(shape, len(value), shown, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _failed(shown, path, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        allowed = f"[{', '.join(shape.enum)}]"
        yield _failed(shown, path, f"Member must satisfy enum value set: {allowed}")


def _size(shape: Shape, size: int, shown: str, path: str) -> Iterator[str]:
    if size < shape.metadata.get("min", 0) and shape.name not in _MAY_BE_EMPTY:
        least = shape.metadata["min"]
        yield _failed(shown, path, f"Member must have length greater than or equal to {least}")
    if size > shape.metadata.get("max", size):
        most = shape.metadata["max"]
        yield _failed(shown, path, f"Member must have length less than or equal to {most}")


def _range(shape: Shape, value: int, path: str) -> Iterator[str]:
    if value < shape.metadata.get("min", value):
        least = shape.metadata["min"]
        yield _failed(
            f"'{value}' ", path, f"Member must have value greater than or equal to {least}"
        )
    if value > shape.metadata.get("max", value):
        most = shape.metadata["max"]
        yield _failed(f"'{value}' ", path, f"Member must have value less than or equal to {most}")


def _failed(shown: str, path: str, constraint: str) -> str:
    return f"Value {shown}at '{path}' failed to satisfy constraint: {constraint}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return AWS's pattern, which is Java's: letters and digits are ASCII's there."""
    translated = pattern
    for category, python in _CATEGORIES.items():
        translated = translated.replace(category, python)
    return re.compile(translated, 0 if translated != pattern else re.ASCII)


def validation_message(found: tuple[str, ...]) -> str:
    """Return the one message that AWS makes of all violations."""
    noun = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {noun} detected: {'; '.join(found)}"


# IAM words these two constraints itself; the rest is the common front end's.
_NAME = re.compile(r".* at '(\w+)' failed .* pattern: \[\\w\+=,\.@-\]\+", re.DOTALL)
_PATH = re.compile(r".* at '(path)' failed .*", re.DOTALL)


def iam_sentence(violation: str) -> str | None:
    """Return IAM's own words for a violation, None if it has none."""
    if found := _NAME.fullmatch(violation):
        return (
            f"The specified value for {found[1]} is invalid. It must contain only alphanumeric "
            "characters and/or the following: +=,.@_-"
        )
    if _PATH.fullmatch(violation):
        return (
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters."
        )
    return None
