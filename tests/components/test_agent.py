"""What an entry of `addons` becomes, by the add-on that needs no look at EKS: the agent."""

from typing import Any

import pytest
from harness.graph import draw
from harness.scenario import load

from eks_pod_identity import PodIdentityAgent
from eks_pod_identity.components.resources.from_desired import agent_args
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.planning.addon_permissions import plan_addon_permissions
from eks_pod_identity.planning.declaration import Declaration, addon_requests
from eks_pod_identity.planning.desired import DesiredAddon

_CLUSTER = PolicyContext("aws", "eu-west-1", "111122223333", "demo")


def _agent(data: dict[str, Any]) -> DesiredAddon:
    config = load(data).require()
    (request,) = addon_requests(config)
    permissions = {request.name: plan_addon_permissions(request, None)}
    return (Declaration(config, _CLUSTER, permissions).desired().addons or {})[request.name]


@pytest.mark.parametrize(
    ("wish", "on_create", "on_update"),
    [
        ({}, None, None),
        ({"resolveConflicts": "none"}, "NONE", "NONE"),
        ({"resolveConflicts": "overwrite"}, "OVERWRITE", "OVERWRITE"),
        # CreateAddon knows no PRESERVE: there is nothing yet to be preserved.
        ({"resolveConflicts": "preserve"}, None, "PRESERVE"),
    ],
)
def test_conflicts_are_resolved_as_the_file_says(
    wish: dict[str, str], on_create: str | None, on_update: str | None
) -> None:
    """The file's word goes to EKS, on creation and on update."""
    addon = _agent({"addons": [{"name": "eks-pod-identity-agent", **wish}]})

    made = draw(lambda: PodIdentityAgent("agent", agent_args(addon, "demo")))

    inputs = made.one("eks/addon:Addon").inputs
    assert inputs.get("resolveConflictsOnCreate") == on_create
    assert inputs.get("resolveConflictsOnUpdate") == on_update


def test_agent_carries_the_tags_of_its_stack() -> None:
    """Without tags nobody could tell an add-on of ours from one of others."""
    data = {
        "metadata": {"name": "demo", "region": "eu-west-1", "tags": {"team": "platform"}},
        "addons": [{"name": "eks-pod-identity-agent"}],
    }

    made = draw(lambda: PodIdentityAgent("agent", agent_args(_agent(data), "demo")))

    assert made.one("eks/addon:Addon").inputs["tags"] == {
        "team": "platform",
        "eks-pod-identity/cluster": "demo",
        "eks-pod-identity/stack": "shop/dev",
    }
