"""The types of fields: what a key accepts, as eksctl accepts it.

Goes in: a value from YAML (with PlainScalar) or from Python. Comes out: the value of the field, or
a pydantic error whose type is a problem id. `null` reads as the key left out, as in eksctl; where
that would hide a wish (lists of associations), the model keeps null and `presence` tells it apart.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.plain_scalar import PlainScalar

# A boolean is an int in Python, so it stands before the numbers.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "null"),
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "text"),
    (Mapping, "a mapping"),
    ((list, tuple), "a list"),
)


def kind_of(value: object) -> str:
    """Name the kind of a value in the words of a YAML user."""
    plain = value.value if isinstance(value, PlainScalar) else value
    for kind, words in _KINDS:
        if isinstance(plain, kind):
            return words
    return f"a Python {type(plain).__name__}"


def wrong_type(expected: str, value: object) -> PydanticCustomError:
    """Return the error of a value of the wrong kind."""
    context = {"expected": expected, "found": kind_of(value)}
    return PydanticCustomError(Fault.WRONG_TYPE.id, "expected {expected}, found {found}", context)


def read_text(value: object) -> str:
    """Return text; an unquoted number or boolean counts if reading it loses nothing."""
    if value is None:
        return ""
    if isinstance(value, PlainScalar):
        if value.value_as_text != str(value):
            context = {"written": str(value), "read": value.value_as_text}
            raise PydanticCustomError(
                Fault.TEXT_NOT_QUOTED.id, "YAML reads {written} as {read}", context
            )
        return str.__str__(value)
    if not isinstance(value, str):
        raise wrong_type("text", value)
    return value


def read_optional_text(value: object) -> str | None:
    """Return text, or None if it is left out, null or empty: eksctl takes these for the same."""
    return read_text(value) or None


def read_flag(value: object) -> bool:
    """Return a boolean; a quoted one is text, as in eksctl."""
    if isinstance(value, PlainScalar):
        value = value.value
    if value is None:
        return False
    if not isinstance(value, bool):
        raise wrong_type("true or false", value)
    return value


def read_optional_flag(value: object) -> bool | None:
    """Return a boolean, or None if it is left out or null."""
    return None if value is None else read_flag(value)


def read_optional_number(value: object) -> int | None:
    """Return a whole number, or None if it is left out or null."""
    plain = value.value if isinstance(value, PlainScalar) else value
    if plain is None:
        return None
    if isinstance(plain, bool) or not isinstance(plain, int):
        raise wrong_type("a whole number", value)
    return plain


def read_list(value: object) -> object:
    """Return a list for its items to be read; null is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise wrong_type("a list", value)
    return value


def read_optional_list(value: object) -> object:
    """Return a list for its items to be read, or None if it is null."""
    return None if value is None else read_list(value)


def read_mapping(value: object) -> object:
    """Return a mapping for its values to be read; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong_type("a mapping", value)
    return value


def read_document(value: object) -> Mapping[str, Any] | None:
    """Return a policy document as plain JSON values, or None if it is null."""
    if value is None:
        return None
    plain = _json_value(value)
    if not isinstance(plain, dict):
        raise wrong_type("a policy document (a mapping)", value)
    return plain


def _json_value(value: object) -> object:
    match value:
        case PlainScalar():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {_json_key(key): _json_value(each) for key, each in value.items()}
        case list() | tuple():
            return [_json_value(each) for each in value]
        case _:
            raise wrong_type("JSON values", value)


def _json_key(key: object) -> str:
    if not isinstance(key, str):
        raise wrong_type("text as a key", key)
    return str.__str__(key)


# What a key may hold in YAML, as far as an editor can see it: text may stand without quotes.
_Scalar: TypeAlias = str | float | bool | None

Text: TypeAlias = Annotated[str, BeforeValidator(read_text, json_schema_input_type=_Scalar)]
OptionalText: TypeAlias = Annotated[
    str | None, BeforeValidator(read_optional_text, json_schema_input_type=_Scalar)
]
Flag: TypeAlias = Annotated[bool, BeforeValidator(read_flag, json_schema_input_type=bool | None)]
OptionalFlag: TypeAlias = Annotated[bool | None, BeforeValidator(read_optional_flag)]
TextList: TypeAlias = Annotated[
    tuple[Text, ...],
    BeforeValidator(read_list, json_schema_input_type=tuple[Text, ...] | None),
]
OptionalNumber: TypeAlias = Annotated[
    int | None, BeforeValidator(read_optional_number, json_schema_input_type=float | None)
]
TextListMap: TypeAlias = Annotated[
    Mapping[Text, Annotated[Mapping[Text, TextList], BeforeValidator(read_mapping)]],
    BeforeValidator(
        read_mapping, json_schema_input_type=Mapping[str, Mapping[str, TextList] | None] | None
    ),
]
TextMap: TypeAlias = Annotated[
    Mapping[Text, Text],
    BeforeValidator(read_mapping, json_schema_input_type=Mapping[str, Text] | None),
]
FlagMap: TypeAlias = Annotated[
    Mapping[Text, Flag],
    BeforeValidator(read_mapping, json_schema_input_type=Mapping[str, Flag] | None),
]
InlineDocument: TypeAlias = Annotated[Mapping[str, Any] | None, BeforeValidator(read_document)]
