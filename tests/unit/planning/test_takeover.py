"""What to type to take a resource over."""

import json

from eks_pod_identity.planning.takeover import import_help

_STACK = "urn:pulumi:dev::shop"
_ADDON = "aws:eks/addon:Addon"
_COMPONENT = "eks-pod-identity:index:Addon"


def _rows(text: str) -> list[dict[str, object]]:
    _, written, _ = text.split("'")
    rows: list[dict[str, object]] = json.loads(written)["resources"]
    return rows


def test_file_makes_the_components_that_the_state_has_not() -> None:
    """Each component has a key of its own, for it may share its name with what it makes."""
    urn = f"{_STACK}::{_COMPONENT}${_ADDON}::cni"

    text = import_help(urn, ["cni"], "demo:vpc-cni")

    assert _rows(text) == [
        {"type": _COMPONENT, "name": "component-0", "logicalName": "cni", "component": True},
        {"type": _ADDON, "name": "cni", "id": "demo:vpc-cni", "parent": "component-0"},
    ]


def test_components_around_it_that_are_not_known_are_taken_from_the_state() -> None:
    """A component of the user's own holds ours: its name is not known, its URN is."""
    types = f"team:index:Team${_COMPONENT}${_ADDON}"

    text = import_help(f"{_STACK}::{types}::cni", ["cni"], "demo:vpc-cni")

    parent = f"{_STACK}::team:index:Team${_COMPONENT}::cni"
    assert f"pulumi import {_ADDON} cni demo:vpc-cni --parent 'cni={parent}'" in text
