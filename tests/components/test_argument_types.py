"""Arguments of components: unknown names, wrong types and Outputs are problems, no tracebacks."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from eks_pod_identity import (
    Addon,
    ClusterPodIdentities,
    PodIdentityAgent,
    PodIdentityAssociation,
    PodIdentityRole,
)
from eks_pod_identity.components.args import (
    AddonArgs,
    ClusterPodIdentitiesArgs,
    PodIdentityAgentArgs,
    PodIdentityAssociationArgs,
    PodIdentityRoleArgs,
)
from eks_pod_identity.components.guards.argument_types import argument_problems
from eks_pod_identity.components.refusal import RefusedError

_COMPONENTS: Mapping[type, type] = {
    Addon: AddonArgs,
    ClusterPodIdentities: ClusterPodIdentitiesArgs,
    PodIdentityAgent: PodIdentityAgentArgs,
    PodIdentityAssociation: PodIdentityAssociationArgs,
    PodIdentityRole: PodIdentityRoleArgs,
}
_APP = {"cluster_name": "demo", "namespace": "x", "service_account": "y"}
_CNI = {"cluster_name": "demo", "addon_name": "vpc-cni"}
_ROLE = "arn:aws:iam::111122223333:role/r"


def _later() -> Any:  # noqa: ANN401 - an Output that no program waits for
    return object.__new__(pulumi.Output)


def _ids(given: object, expected: type) -> list[tuple[str, str]]:
    return [(each.id, each.address) for each in argument_problems("c", given, expected)]


@pytest.mark.parametrize("component", _COMPONENTS, ids=lambda each: each.__name__)
def test_a_misspelt_argument_is_refused_with_the_nearest_name(
    component: Callable[..., Any],
) -> None:
    """By the component itself, before it registers anything."""
    known = min(_COMPONENTS[component].__annotations__)

    with pytest.raises(RefusedError) as refused:
        component("c", {f"{known}x": "x"})

    assert f"c.{known}x: there is no such argument [argument-unknown]" in str(refused.value)
    assert f"help: {known}" in str(refused.value)


@pytest.mark.parametrize("component", _COMPONENTS, ids=lambda each: each.__name__)
def test_arguments_outside_of_the_mapping_are_refused(component: Callable[..., Any]) -> None:
    """The help shows the form."""
    with pytest.raises(RefusedError) as refused:
        component("c", cluster_name="demo")

    assert f'{component.__name__}("c", {{"cluster_name": …}})' in str(refused.value)


@pytest.mark.parametrize(
    ("given", "expected", "found"),
    [
        ({"config": _later()}, ClusterPodIdentitiesArgs, ("argument-known-later", "c.config")),
        (
            {"config_file": _later()},
            ClusterPodIdentitiesArgs,
            ("argument-known-later", "c.config_file"),
        ),
        (
            {**_APP, "well_known_policies": "a"},
            PodIdentityAssociationArgs,
            ("wrong-type", "c.well_known_policies"),
        ),
        (
            {**_APP, "disable_session_tags": "no"},
            PodIdentityAssociationArgs,
            ("wrong-type", "c.disable_session_tags"),
        ),
        (
            {**_APP, "trust_scope": "all"},
            PodIdentityAssociationArgs,
            ("wrong-type", "c.trust_scope"),
        ),
        ({**_APP, "tags": ["a"]}, PodIdentityAssociationArgs, ("wrong-type", "c.tags")),
        (
            {**_CNI, "pod_identity_associations": {"aws-node": {"role_arn": _ROLE}}},
            AddonArgs,
            ("wrong-type", "c.pod_identity_associations"),
        ),
        (
            {**_CNI, "configuration_values": {"env": {}}},
            AddonArgs,
            ("wrong-type", "c.configuration_values"),
        ),
        ({"cluster_name": "demo"}, AddonArgs, ("argument-missing", "c.addon_name")),
        (None, AddonArgs, ("wrong-type", "c")),
    ],
)
def test_wrong_types_are_problems(given: object, expected: type, found: tuple[str, str]) -> None:
    """Of nested entries too, each at its own address."""
    assert _ids(given, expected) == [found]


def test_nested_entries_are_looked_into() -> None:
    """An entry of an add-on in the spelling of another language is told in that of this one."""
    entries = [{"serviceAccount": "aws-node", "role_arn": _ROLE}]
    problems = list(
        argument_problems("c", {**_CNI, "pod_identity_associations": entries}, AddonArgs)
    )

    address = "c.pod_identity_associations[0]"
    assert [(each.id, each.address) for each in problems] == [
        ("argument-unknown", f"{address}.serviceAccount"),
        ("argument-missing", f"{address}.service_account"),
    ]
    assert problems[0].help == ("service_account",)


def test_what_may_be_known_later_and_paths_pass() -> None:
    """An Output where AWS decides, a path as text, and None for what is left out."""
    later = {**_APP, "role_arn": _later(), "tags": {"team": _later()}, "policy": None}

    assert _ids(later, PodIdentityAssociationArgs) == []
    assert _ids({"config_file": Path("cluster.yaml")}, ClusterPodIdentitiesArgs) == []


def test_names_of_other_tools_are_understood() -> None:
    """Terraform's and pulumi-aws's word for the policies of a role."""
    (problem,) = argument_problems(
        "c", {**_APP, "managed_policy_arns": []}, PodIdentityAssociationArgs
    )

    assert problem.help == ("permission_policy_arns",)
