"""What an entry of `addons` becomes, by the add-on that needs no look at EKS: the agent."""

import pytest
from harness.graph import draw
from harness.scenario import load

from eks_pod_identity import PodIdentityAgent
from eks_pod_identity.components.resources.from_config import agent_args


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
    config = load({"addons": [{"name": "eks-pod-identity-agent", **wish}]}).require()
    (addon,) = config.addons or ()

    made = draw(lambda: PodIdentityAgent("agent", agent_args(config, addon, None)))

    inputs = made.one("eks/addon:Addon").inputs
    assert inputs.get("resolveConflictsOnCreate") == on_create
    assert inputs.get("resolveConflictsOnUpdate") == on_update


def test_agent_carries_the_tags_of_its_stack() -> None:
    """Without tags nobody could tell an add-on of ours from one of others."""
    data = {
        "metadata": {"name": "demo", "region": "eu-west-1", "tags": {"team": "platform"}},
        "addons": [{"name": "eks-pod-identity-agent"}],
    }
    config = load(data).require()
    (addon,) = config.addons or ()

    made = draw(lambda: PodIdentityAgent("agent", agent_args(config, addon, None)))

    assert made.one("eks/addon:Addon").inputs["tags"] == {
        "team": "platform",
        "eks-pod-identity/cluster": "demo",
        "eks-pod-identity/stack": "shop/dev",
    }
