"""Hosts the public components for programs in any Pulumi language.

Pulumi's own host (SDK 3.272) leaves two things out, which this one adds: the descriptions of
arguments that a TypedDict inherits, and the spelling of keys in outputs that are maps of objects.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pulumi.provider.experimental.analyzer import (
    Analyzer,
    ComponentDefinition,
    PropertyDefinition,
)
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.util import camel_case

from eks_pod_identity.components.addon import Addon
from eks_pod_identity.components.agent import PodIdentityAgent
from eks_pod_identity.components.args import RolePermissionsArgs, RoleSettingsArgs
from eks_pod_identity.components.association import PodIdentityAssociation
from eks_pod_identity.components.cluster import ClusterPodIdentities
from eks_pod_identity.components.role import PodIdentityRole
from eks_pod_identity.components.target_role import TargetRole

PACKAGE = "eks-pod-identity"
COMPONENTS = (
    Addon,
    ClusterPodIdentities,
    PodIdentityAgent,
    PodIdentityAssociation,
    PodIdentityRole,
    TargetRole,
)


class ComponentHost(ComponentProvider):
    """The provider that Pulumi's engine asks for our components."""

    def __init__(self) -> None:
        super().__init__([*COMPONENTS], PACKAGE)
        self.schema = json.dumps(_described(json.loads(self.schema or "{}")))

    def get_state(
        self, instance: pulumi.ComponentResource, component_def: ComponentDefinition
    ) -> dict[str, Any]:
        """Return a component's outputs as the schema spells them."""
        state = super().get_state(instance, component_def)
        return {
            name: self._respelled(value, component_def.outputs[name].additional_properties)
            for name, value in state.items()
        }

    def _respelled(self, value: Any, entry: PropertyDefinition | None) -> Any:  # noqa: ANN401 - any output
        definition = self.get_type_definition(entry) if entry and entry.ref else None
        if definition is None:
            return value

        def respell(entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
            return {key: self.map_complex_output(each, definition) for key, each in entries.items()}

        return pulumi.Output.from_input(value).apply(respell)


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    for described in (*schema["resources"].values(), *schema["types"].values()):
        described["description"] = inspect.cleandoc(described["description"])
    inherited = Analyzer(PACKAGE)
    for name in RolePermissionsArgs.__annotations__:
        description = inherited.get_docstring(RolePermissionsArgs, name)
        description = description or inherited.get_docstring(RoleSettingsArgs, name)
        for arguments in _arguments(schema):
            if camel_case(name) in arguments:
                arguments[camel_case(name)].setdefault("description", description)
    return schema


def _arguments(schema: Mapping[str, Any]) -> Iterator[dict[str, dict[str, Any]]]:
    for resource in schema["resources"].values():
        yield resource["inputProperties"]
    for type_ in schema["types"].values():
        yield type_.get("properties", {})
