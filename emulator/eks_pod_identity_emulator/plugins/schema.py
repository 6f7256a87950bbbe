"""A Pulumi package schema, made of shapes: what this stand-in really has, and no more.

The engine asks for it to write the program of an import, and a YAML program to know its types.
https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
"""

from collections.abc import Mapping

from eks_pod_identity_emulator.plugins.shapes import (
    Choice,
    Field,
    ListOf,
    MapOf,
    ObjectShape,
    Scalar,
    Shape,
)
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

_SCALARS: Mapping[Scalar, PropertyMap] = {
    Scalar.ANY: {"$ref": "pulumi.json#/Any"},
    Scalar.ASSET: {"$ref": "pulumi.json#/Asset"},
    Scalar.BOOLEAN: {"type": "boolean"},
    Scalar.INTEGER: {"type": "integer"},
    Scalar.NUMBER: {"type": "number"},
    Scalar.STRING: {"type": "string"},
}


def package_schema(
    name: str,
    version: str,
    resources: Mapping[str, ObjectShape],
    functions: Mapping[str, ObjectShape],
    module_format: str,
) -> Mapping[str, Value]:
    """Describe resources, and what functions take; what these answer is left open.

    Args:
        name: The package.
        version: Its version.
        resources: Shapes by type.
        functions: Shapes of arguments by token.
        module_format: A pattern whose group is the module within a type's middle part.
    """
    types: dict[str, PropertyMap] = {}
    described = {token: _resource(token, shape, types) for token, shape in resources.items()}
    called = {token: _function(token, shape, types) for token, shape in functions.items()}
    return {
        "name": name,
        "version": version,
        "meta": {"moduleFormat": module_format},
        "description": f"Stand-in for pulumi-{name} on the EKS Pod Identity emulator",
        "types": types,
        "provider": {"type": "object"},
        "resources": described,
        "functions": called,
    }


def _resource(token: str, shape: ObjectShape, types: dict[str, PropertyMap]) -> PropertyMap:
    inputs = shape.settable
    return {
        "properties": _properties(token, shape.fields, types),
        "required": sorted(n for n, f in shape.fields.items() if f.required or f.computed),
        "inputProperties": _properties(token, inputs, types),
        "requiredInputs": sorted(n for n, field in inputs.items() if field.required),
    }


def _function(token: str, shape: ObjectShape, types: dict[str, PropertyMap]) -> PropertyMap:
    return {"inputs": {"type": "object", "properties": _properties(token, shape.fields, types)}}


def _properties(
    token: str, fields: Mapping[str, Field], types: dict[str, PropertyMap]
) -> PropertyMap:
    return {name: _type(token, field.shape, types) for name, field in fields.items()}


def _type(token: str, shape: Shape, types: dict[str, PropertyMap]) -> PropertyMap:
    match shape:
        case Scalar():
            return dict(_SCALARS[shape])
        case ListOf(item):
            return {"type": "array", "items": _type(token, item, types)}
        case MapOf(item):
            return {"type": "object", "additionalProperties": _type(token, item, types)}
        case Choice(options):
            return {"oneOf": [_type(token, option, types) for option in options]}
        case ObjectShape():
            return {"$ref": f"#/types/{_object(token, shape, types)}"}


def _object(token: str, shape: ObjectShape, types: dict[str, PropertyMap]) -> str:
    """Describe a nested object once, under a name in its resource's module."""
    name = shape.name.removesuffix("Args")
    module = token.rsplit(":", 1)[0].rsplit("/", 1)[0]
    type_token = f"{module}/{name}:{name}"
    if type_token not in types:
        types[type_token] = {"type": "object"}
        types[type_token] |= {
            "properties": _properties(token, shape.fields, types),
            "required": sorted(n for n, field in shape.fields.items() if field.required),
        }
    return type_token
