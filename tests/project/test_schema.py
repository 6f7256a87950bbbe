"""The schema that programs in other languages see of the components."""

import inspect
import json
from typing import Any

import pytest

import eks_pod_identity
from eks_pod_identity.components.hosting import PACKAGE, ComponentHost

_SCHEMA = json.loads(ComponentHost().schema or "")
_COMPONENTS: dict[str, dict[str, Any]] = _SCHEMA["resources"]
_TYPES: dict[str, dict[str, Any]] = _SCHEMA["types"]


def test_every_public_component_is_hosted() -> None:
    """The plugin offers each component class of the package's surface, by its own name."""
    public = {
        name
        for name in eks_pod_identity.__all__
        if f"{name}Args" in eks_pod_identity.__all__ and name != "ServiceAccount"
    }

    assert {token.removeprefix(f"{PACKAGE}:index:") for token in _COMPONENTS} == public


@pytest.mark.parametrize("token", [*_COMPONENTS, *_TYPES])
def test_everything_in_the_schema_is_described(token: str) -> None:
    """Components, types, arguments (inherited ones too) and outputs tell what they are."""
    described = {**_COMPONENTS, **_TYPES}[token]

    silent = [
        name
        for section in ("inputProperties", "properties")
        for name, entry in described.get(section, {}).items()
        if not entry.get("description")
    ]

    assert described["description"] == inspect.cleandoc(described["description"]) != ""
    assert silent == []


def test_required_arguments_are_the_few_that_nothing_can_stand_in_for() -> None:
    """What has a default is optional in every language."""
    required = {
        token.rpartition(":")[2]: sorted(component["requiredInputs"])
        for token, component in _COMPONENTS.items()
    }

    assert required == {
        "Addon": ["addonName", "clusterName"],
        "ClusterPodIdentities": [],
        "PodIdentityAgent": ["clusterName"],
        "PodIdentityAssociation": ["clusterName", "namespace", "serviceAccount"],
        "PodIdentityRole": ["serviceAccounts"],
        "TargetRole": ["account", "associations", "roleName"],
    }
