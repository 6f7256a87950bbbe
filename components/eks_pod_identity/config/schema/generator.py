"""How pydantic writes a model down, without what an editor has no use for."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from eks_pod_identity.config.schema.limits import LIMITS, REQUIRED
from eks_pod_identity.config.schema.prose import describe
from eks_pod_identity.config.section import Section, eksctl_key

_FOREIGN = {"description": "Of eksctl; passed over here."}


class SchemaGenerator(GenerateJsonSchema):
    """Pydantic's generator with types as lists, our limits and words, and eksctl's keys."""

    schema_dialect = "http://json-schema.org/draft-07/schema#"

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's own
        """Leave out titles: they repeat the key."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out defaults: an editor would offer to write them down."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return `X or null`; a section says itself that it may be null."""
        inner = self.generate_inner(schema["schema"])
        return inner if "$ref" in inner else _merged(super().nullable_schema(schema))

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        """Return `X or Y`."""
        return _merged(super().union_schema(schema))

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return a section: its keys, with what rules hold of each, and the keys passed over."""
        section: type[Section] = schema["cls"]
        made = super().model_schema(schema)
        made.pop("title", None)
        prose = describe(section)
        limits = LIMITS.get(section, {})
        required = REQUIRED.get(section, ())
        for field in section.model_fields:
            made["properties"][eksctl_key(field)] = _property(
                made["properties"][eksctl_key(field)],
                limits.get(field, {}),
                prose.fields.get(field, ""),
                required=field in required,
            )
        made["properties"] |= dict.fromkeys(sorted(section.passed_over), _FOREIGN)
        made["description"] = prose.summary
        if required:
            made["required"] = [eksctl_key(field) for field in required]
        else:
            made["type"] = ["object", "null"]  # a key without a value is a section left out
        return made


def _merged(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return alternatives that only differ in their type as one; editors explain those better."""
    alternatives: Iterable[Mapping[str, Any]] = schema.get("anyOf", ())
    bare = [each for each in alternatives if each.keys() == {"type"}]
    rich = [each for each in alternatives if each.keys() != {"type"}]
    if not bare or len(rich) > 1 or any("type" not in each for each in rich):
        return schema
    types = (each["type"] for each in (*rich, *bare))
    listed = (each if isinstance(each, list) else [each] for each in types)
    return dict(*rich, type=list(chain.from_iterable(listed)))


def _property(
    made: JsonSchemaValue, limits: Mapping[str, Any], description: str, *, required: bool
) -> JsonSchemaValue:
    made = {**limits} if "enum" in limits else {**made, **limits}
    if "pattern" in limits:
        # Empty text is text left out, unless the key has to be there.
        made["pattern"] = f"^({limits['pattern']}){'' if required else '?'}$"
    if required and "type" in made:
        made["type"] = [each for each in made["type"] if each != "null"]
    if "$ref" in made:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    return {"description": description, **made}
