"""Shapes of resources, read from the type hints of the SDK's own classes.

What goes in: an SDK's resource class and its arguments class. What comes out: one `ObjectShape`
that knows, per property, its type, whether it is required, and whether the provider may fill it
in. No table of properties is kept here, so a newer SDK needs no change.
"""

import inspect
import sys
import threading
import types
import typing
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

import pulumi

from eks_pod_identity_emulator.plugins.shapes import (
    Choice,
    Field,
    ListOf,
    MapOf,
    ObjectShape,
    Scalar,
    Shape,
)

_SCALARS: Mapping[object, Scalar] = {
    str: Scalar.STRING,
    int: Scalar.INTEGER,
    float: Scalar.NUMBER,
    bool: Scalar.BOOLEAN,
    typing.Any: Scalar.ANY,
}
# `pulumi.Input[T]` is a union with "Output[T]" left as text, to be resolved where it is used.
_INPUT_NAMES = {"Output": pulumi.Output, "T": type(None)}
_ASSETS = (pulumi.Asset, pulumi.Archive)
_loading = threading.Lock()


@cache
def sdk_member(module: str, name: str) -> Any:  # noqa: ANN401 - a class or a function
    """Import from an SDK, whose modules warn of old resources beside the one that is wanted."""
    # They load lazily, at the first attribute, and Python 3.11 lets a second thread see one half
    # loaded (https://github.com/python/cpython/issues/114763).
    with _loading, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(import_module(module), name)


@cache
def resource_shape(resource: type, arguments: type) -> ObjectShape:
    """Join what users may give (arguments) with what the provider tells (resource)."""
    return ObjectShape(resource.__name__, lambda: _joined_fields(arguments, resource))


@cache
def arguments_shape(arguments: type) -> ObjectShape:
    """Return the shape of an arguments class alone, such as a provider's configuration."""
    return ObjectShape(arguments.__name__, lambda: _argument_fields(arguments))


@cache
def function_shape(function: Callable[..., object]) -> ObjectShape:
    """Return the shape of what an SDK's function takes."""
    return ObjectShape(function.__name__, lambda: _parameter_fields(function))


def _parameter_fields(function: Callable[..., object]) -> Mapping[str, Field]:
    hints = typing.get_type_hints(function)
    return {
        _camel_case(name): Field(_shape(hints[name]))
        for name in inspect.signature(function).parameters
        if name != "opts"
    }


def _camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _joined_fields(arguments: type, outputs: type) -> Mapping[str, Field]:
    given, told = _argument_fields(arguments), _output_fields(outputs)
    return {name: _join(given.get(name), told.get(name)) for name in {**given, **told}}


def _join(given: Field | None, told: Field | None) -> Field:
    if given is None and told is not None:
        return told
    if told is None and given is not None:
        return given
    if given is None or told is None:
        raise AssertionError("a field comes from the arguments, the outputs or both")
    shape = _join_shapes(given.shape, told.shape)
    return Field(shape, given.required, computed=told.required and not given.required)


def _join_shapes(given: Shape, told: Shape) -> Shape:
    match given, told:
        case ObjectShape(), ObjectShape():
            return _joined_object(given, told)
        case ListOf(ours), ListOf(theirs):
            return ListOf(_join_shapes(ours, theirs))
        case MapOf(ours), MapOf(theirs):
            return MapOf(_join_shapes(ours, theirs))
        case _:
            return given


def _joined_object(given: ObjectShape, told: ObjectShape) -> ObjectShape:
    def load() -> Mapping[str, Field]:
        ours, theirs = given.fields, told.fields
        return {name: _join(ours.get(name), theirs.get(name)) for name in {**ours, **theirs}}

    return ObjectShape(given.name, load)


@cache
def _argument_fields(arguments: type) -> Mapping[str, Field]:
    parameters = inspect.signature(arguments.__init__).parameters  # type: ignore[misc] # only read, never called on a subclass
    return {
        pulumi_name: Field(_shape(hint), parameters[name].default is inspect.Parameter.empty)
        for name, pulumi_name, hint in _properties(arguments)
    }


@cache
def _output_fields(outputs: type) -> Mapping[str, Field]:
    """Read what the provider tells; `required` means that it always tells it."""
    return {
        pulumi_name: Field(_shape(hint), not _is_optional(hint), settable=False, computed=True)
        for _, pulumi_name, hint in _properties(outputs)
        if pulumi_name not in {"id", "urn"}
    }


def _properties(cls: type) -> Iterator[tuple[str, str, object]]:
    """Yield Python name, Pulumi name and type hint of each property of an SDK class."""
    names = vars(sys.modules[cls.__module__])
    for name, member in vars(cls).items():
        pulumi_name = getattr(getattr(member, "fget", None), "_pulumi_name", None)
        if pulumi_name:
            hints = typing.get_type_hints(member.fget, names, _INPUT_NAMES)
            yield name, pulumi_name, hints["return"]


def _options(hint: object) -> tuple[object, ...]:
    """Take a hint apart: optional, `Output[T]` and `Input[T]` do not reach a provider."""
    if typing.get_origin(hint) is pulumi.Output:
        return _options(typing.get_args(hint)[0])
    if typing.get_origin(hint) not in {typing.Union, types.UnionType}:
        return (hint,)
    return tuple(option for option in typing.get_args(hint) if not _is_plumbing(option))


def _is_plumbing(option: object) -> bool:
    return option is type(None) or typing.get_origin(option) in {pulumi.Output, Awaitable}


def _is_optional(hint: object) -> bool:
    if typing.get_origin(hint) is pulumi.Output:
        return _is_optional(typing.get_args(hint)[0])
    return type(None) in typing.get_args(hint)


def _shape(hint: object) -> Shape:
    shapes = tuple(dict.fromkeys(s for o in _options(hint) for s in _option_shapes(o)))
    return shapes[0] if len(shapes) == 1 else Choice(shapes)


def _option_shapes(option: object) -> Iterator[Shape]:
    origin: object = typing.get_origin(option) or option
    if option in _SCALARS:
        yield _SCALARS[option]
    elif origin is Sequence:
        yield ListOf(_shape(typing.get_args(option)[0]))
    elif origin in {Mapping, dict}:
        items = typing.get_args(option)
        yield MapOf(_shape(items[1]) if items else Scalar.ANY)
    elif origin is typing.Literal:
        yield from {_SCALARS[type(constant)] for constant in typing.get_args(option)}
    elif isinstance(origin, type):
        yield from _class_shapes(origin)


def _class_shapes(cls: type) -> Iterator[Shape]:
    if typing.is_typeddict(cls):
        return  # the same object as the arguments class beside it
    if issubclass(cls, _ASSETS):
        yield Scalar.ASSET
    elif issubclass(cls, Enum):
        yield _SCALARS[type(next(iter(cls)).value)]
    elif issubclass(cls, pulumi.Resource):
        return  # a resource given as an argument arrives as its id, a string
    else:
        yield _object_shape(cls)


def _object_shape(cls: type) -> ObjectShape:
    return _output_shape(cls) if hasattr(cls, "_pulumi_output_type") else arguments_shape(cls)


@cache
def _output_shape(cls: type) -> ObjectShape:
    return ObjectShape(cls.__name__, lambda: _output_fields(cls))
