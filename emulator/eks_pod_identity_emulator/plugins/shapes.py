"""The types of properties: what a value may look like, without saying where the type came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeAlias


class Scalar(Enum):
    """A value without parts."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ANY = "any"
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items share one shape."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with free keys, such as tags."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several shapes, such as a policy document as text or as an object."""

    options: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an object.

    Attributes:
        shape: What its value looks like.
        required: Whether the user must give it.
        settable: Whether the user may give it.
        computed: Whether the provider may fill it in when the user does not.
    """

    shape: "Shape"
    required: bool = False
    settable: bool = True
    computed: bool = False


class ObjectShape:
    """An object with fixed properties, which are read from the SDK when first asked for.

    A pod's shape has some hundred objects below it, of which a program uses a dozen.

    Attributes:
        name: The SDK's name of the object, for messages.
    """

    def __init__(self, name: str, load: Callable[[], Mapping[str, Field]]) -> None:
        self.name = name
        self._load = load

    def __repr__(self) -> str:
        return f"ObjectShape({self.name})"

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """All properties, given by users or by the provider."""
        return self._load()

    @cached_property
    def settable(self) -> Mapping[str, Field]:
        """The properties that a user may give."""
        return {name: field for name, field in self.fields.items() if field.settable}


Shape: TypeAlias = Scalar | ListOf | MapOf | Choice | ObjectShape
