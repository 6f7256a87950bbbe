"""Whether a value fits the shape that the SDK's classes give, and the value as the shape has it.

What goes in: a shape and what a program gave. What comes out: the value, with numbers and booleans
written as text turned into what the shape asks for (Terraform's own leniency), and one `Misfit`
per fault. Nothing is looked up and nothing is filled in here.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eks_pod_identity_emulator.plugins.paths import Path, format_path
from eks_pod_identity_emulator.plugins.shapes import (
    Choice,
    ListOf,
    MapOf,
    ObjectShape,
    Scalar,
    Shape,
)
from eks_pod_identity_emulator.plugins.values import (
    RESERVED,
    UNKNOWN,
    Asset,
    PropertyMap,
    Secret,
    Value,
)

_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One fault of a value: where it lies and what is wrong."""

    path: Path
    reason: str


class MissingProperty(Misfit):
    """A misfit of its own kind, because Pulumi words it without a place to examine."""

    __slots__ = ()


class Conformance:
    """Checks values against shapes and gathers what does not fit."""

    def __init__(self) -> None:
        self.misfits: list[Misfit] = []

    def fit(self, shape: Shape, value: Value, path: Path = ()) -> Value:
        """Return the value as the shape has it; faults are added to `misfits`."""
        if value is UNKNOWN or shape is Scalar.ANY:
            return value
        if isinstance(value, Secret):
            return Secret(self.fit(shape, value.value, path))
        if isinstance(shape, Choice):
            return self.fit(_nearest(shape.options, value), value, path)
        if isinstance(shape, Scalar):
            return self._fit_scalar(shape, value, path)
        return self._fit_compound(shape, value, path)

    def _fit_compound(self, shape: ListOf | MapOf | ObjectShape, value: Value, path: Path) -> Value:
        match shape:
            case ListOf(item):
                return self._fit_list(item, value, path)
            case MapOf(item):
                return self._fit_map(item, value, path)
            case ObjectShape():
                return self._fit_object(shape, value, path)

    def _fit_scalar(self, shape: Scalar, value: Value, path: Path) -> Value:
        converted = _convert(shape, value)
        if converted is None:
            self._misfit(path, f"expected {_described(shape)}, got {_named(value)}")
            return value
        return converted

    def _fit_list(self, item: Shape, value: Value, path: Path) -> Value:
        if not isinstance(value, list):
            self._misfit(path, f"expected a list, got {_named(value)}")
            return value
        return [self.fit(item, entry, (*path, at)) for at, entry in enumerate(value)]

    def _fit_map(self, item: Shape, value: Value, path: Path) -> Value:
        if not isinstance(value, Mapping):
            self._misfit(path, f"expected an object, got {_named(value)}")
            return value
        return {key: self.fit(item, entry, (*path, key)) for key, entry in value.items()}

    def _fit_object(self, shape: ObjectShape, value: Value, path: Path) -> Value:
        if not isinstance(value, Mapping):
            self._misfit(path, f"expected an object, got {_named(value)}")
            return value
        self.misfits.extend(_missing(shape, value, path))
        return dict(self._fit_entries(shape, value, path))

    def _fit_entries(
        self, shape: ObjectShape, value: Mapping[str, Value], path: Path
    ) -> Iterator[tuple[str, Value]]:
        for name, entry in value.items():
            field = shape.settable.get(name)
            if field:
                yield name, self.fit(field.shape, entry, (*path, name))
            elif name not in RESERVED:
                self._misfit((*path, name), f"Invalid or unknown key {name!r}{_hint(shape, name)}")

    def _misfit(self, path: Path, reason: str) -> None:
        self.misfits.append(Misfit(path, reason))


def fit(shape: Shape, value: PropertyMap) -> tuple[PropertyMap, tuple[Misfit, ...]]:
    """Check a whole property map.

    Returns:
        The map as the shape has it, and what does not fit, by place: a map that arrives over gRPC
        has no order of its own.
    """
    conformance = Conformance()
    fitted: PropertyMap = conformance.fit(shape, value)
    return fitted, tuple(sorted(conformance.misfits, key=lambda misfit: format_path(misfit.path)))


def _missing(shape: ObjectShape, value: Mapping[str, Value], path: Path) -> Iterator[Misfit]:
    for name, field in shape.settable.items():
        if field.required and value.get(name) is None:
            yield MissingProperty((*path, name), "required property is not set")


def _nearest(options: Sequence[Shape], value: Value) -> Shape:
    """Choose the option that has the value's form, so that the fault is told of that one."""
    forms: tuple[type, ...] = (Scalar,)
    if isinstance(value, list | Mapping):
        forms = (ListOf,) if isinstance(value, list) else (ObjectShape, MapOf)
    return next((option for option in options if isinstance(option, forms)), options[0])


def _convert(shape: Scalar, value: Value) -> Value:
    if shape is Scalar.ASSET:
        return value if isinstance(value, Asset) else None
    if isinstance(value, bool):
        return {Scalar.BOOLEAN: value, Scalar.STRING: str(value).lower()}.get(shape)
    if isinstance(value, int | float):
        return _convert_number(shape, value)
    return _convert_text(shape, value) if isinstance(value, str) else None


def _convert_number(shape: Scalar, value: float) -> Value:
    whole = int(value) if float(value).is_integer() else None
    text = str(value if whole is None else whole)
    return {Scalar.INTEGER: whole, Scalar.NUMBER: value, Scalar.STRING: text}.get(shape)


def _convert_text(shape: Scalar, value: str) -> Value:
    if shape is Scalar.STRING:
        return value
    if shape is Scalar.BOOLEAN:
        return _BOOLEANS.get(value)
    try:
        return _convert_number(shape, float(value))
    except ValueError:
        return None


def _hint(shape: ObjectShape, name: str) -> str:
    near = difflib.get_close_matches(name, shape.settable, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _described(shape: Scalar) -> str:
    article = "an" if shape in {Scalar.INTEGER, Scalar.ASSET} else "a"
    return f"{article} {shape.value}"


def _named(value: Value) -> str:
    match value:
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case Asset():
            return "an asset"
        case _:
            return repr(value)
