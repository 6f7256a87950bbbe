"""Whether EKS takes an add-on's configuration values, by the JSON Schema that it has for them.

In: the values as text, and the schema as text. Out: what is wrong, one finding for each key. The
values may hold secrets, so that a finding names keys and kinds, never a value.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import SchemaError, ValidationError
from jsonschema.validators import validator_for

from eks_pod_identity.config.fields import kind_of, read_document
from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.words import quoted
from eks_pod_identity.config.yaml_document import read_document as read_yaml

_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that EKS would refuse.

    Attributes:
        message: What is wrong with which key.
        help: What to write instead, if that is known.
    """

    message: str
    help: str = ""


def configuration_findings(values: str, schema: str) -> Iterator[Finding]:
    """Yield what EKS would refuse of configuration values.

    Args:
        values: JSON or YAML text of a mapping; what is none is reported by the rules of the file.
        schema: JSON Schema, as EKS gives it; nothing is found by one that cannot be read.
    """
    instance, rules = _mapping(values), _schema(schema)
    if instance is None or rules is None:
        return
    validator = validator_for(rules)(rules)
    for error in sorted(validator.iter_errors(instance), key=lambda each: each.json_path):
        yield from _findings(error)


def _mapping(values: str) -> Mapping[str, Any] | None:
    document = read_yaml(values, file="configurationValues")
    value = document.root.value if document.root and not document.problems else None
    return read_document(value) if isinstance(value, Mapping) else None


def _schema(text: str) -> Mapping[str, Any] | None:
    try:
        schema = json.loads(text)
        validator_for(schema).check_schema(schema)
    except (ValueError, SchemaError):
        return None
    return schema if isinstance(schema, dict) else None


def _findings(error: ValidationError) -> Iterator[Finding]:
    match error.validator:
        case "additionalProperties" if isinstance(error.instance, Mapping):
            yield from _unknown_keys(error)
        case "type":
            yield _wrong_kind(error)
        case "enum" | "const":
            values = error.validator_value
            known = ", ".join(map(str, values if isinstance(values, list) else [values]))
            yield Finding(f"{_path(error)} is not one of {known}")
        case "required":
            yield from _missing_keys(error)
        case _:
            rule = f"{error.validator}: {json.dumps(error.validator_value)}"
            yield Finding(f"{_path(error)} does not fit {rule[:_SHOWN]}")


_SHOWN = 120  # of a rule, which may be a whole schema


def _unknown_keys(error: ValidationError) -> Iterator[Finding]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    for key in _of_json(error.instance):
        if key not in known:
            nearest = nearest_of(key, known)
            help_ = f"write {nearest}" if nearest else "known keys: " + ", ".join(sorted(known))
            yield Finding(f"it has no key {_path(error, key)}", help_)


def _wrong_kind(error: ValidationError) -> Finding:
    wanted: Any = error.validator_value
    kinds = wanted if isinstance(wanted, list) else [wanted]
    expected = " or ".join(_KINDS.get(each, str(each)) for each in kinds)
    found = kind_of(error.instance)
    is_scalar = isinstance(error.instance, bool | int | float)
    help_ = "put the value in quotes" if "string" in kinds and is_scalar else ""
    return Finding(f"{_path(error)} takes {expected}, found {found}", help_)


def _missing_keys(error: ValidationError) -> Iterator[Finding]:
    required, instance = _of_json(error.validator_value), _of_json(error.instance)
    for key in required:
        if key not in instance:
            yield Finding(f"{_path(error, key)} is not set")


def _of_json(value: Any) -> Any:  # noqa: ANN401 - jsonschema leaves open whether it is set
    return value


def _path(error: ValidationError, *more: str) -> str:
    parts = [*map(str, error.absolute_path), *more]
    return quoted(".".join(parts) or "it", 200)
