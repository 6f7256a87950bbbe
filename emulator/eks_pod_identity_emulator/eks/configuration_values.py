"""Add-on configuration values: a JSON or YAML text, held to the schema of the add-on."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.eks.json_schema import schema_faults
from eks_pod_identity_emulator.eks.refusals import invalid_parameter
from eks_pod_identity_emulator.yaml_text import YamlError, parse_yaml


def check_configuration_values(text: str, schema: Mapping[str, Any]) -> None:
    """Refuse values that the schema does not allow; an empty text has none.

    First words of the refusal: TestAccEKSAddon_configurationValues of
    https://github.com/hashicorp/terraform-provider-aws

    Raises:
        ApiError: No mapping, or one that breaks the schema; every fault is named.
    """
    values = _parsed(text)
    if values is None:
        return
    if not isinstance(values, Mapping):
        raise _refused("The values must be a JSON or YAML object")
    faults = list(schema_faults(schema, values))
    if faults:
        raise _refused(f"Json schema validation failed with error: [{', '.join(faults)}]")


def _parsed(text: str) -> object:
    """JSON is YAML, so one reader serves both; of the line breaks in its errors none is kept."""
    try:
        return parse_yaml(text)
    except YamlError as error:
        raise _refused(" ".join(str(error).split())) from error


def _refused(reason: str) -> Exception:
    return invalid_parameter(f"ConfigurationValue provided in request is not supported: {reason}")
