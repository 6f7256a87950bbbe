"""The one import file: parents, providers, and names that do not meet."""

from eks_pod_identity.adoption.imports import build_import_file, provider_problems
from eks_pod_identity.observed.stack import StackResource, StackState

_STACK = "urn:pulumi:prod::shop"
_ROOT = StackResource(f"{_STACK}::pulumi:pulumi:Stack::shop-prod", "pulumi:pulumi:Stack")
_TEAM = StackResource(f"{_STACK}::team:index:Team::web", "team:index:Team", parent=_ROOT.urn)
_KIND = "eks-pod-identity:index:PodIdentityRole"
_OURS = StackResource(f"{_STACK}::team:index:Team${_KIND}::web", _KIND, parent=_TEAM.urn)
_AWS = "aws:iam/role:Role"
_PROVIDER = f"{_STACK}::pulumi:providers:aws::west"
_ROLE = StackResource(
    f"{_OURS.urn.rpartition('::')[0]}${_AWS}::web",
    _AWS,
    parent=_OURS.urn,
    provider=_PROVIDER,
    custom=True,
)


def test_components_that_are_not_there_are_made_around_what_is_imported() -> None:
    """Each row has a name of its own, for components and resources may share theirs."""
    planned = (_ROOT, _TEAM, _OURS, _ROLE)

    content = build_import_file(StackState((_ROOT,)), planned, {_ROLE.urn: "web-x"})

    assert content == {
        "resources": [
            {
                "type": "team:index:Team",
                "name": "component-0",
                "logicalName": "web",
                "component": True,
            },
            {
                "type": _KIND,
                "name": "component-1",
                "logicalName": "web",
                "component": True,
                "parent": "component-0",
            },
            {
                "type": _AWS,
                "name": "resource-0",
                "logicalName": "web",
                "id": "web-x",
                "parent": "component-1",
            },
        ]
    }


def test_components_and_providers_of_the_state_are_named_by_urn() -> None:
    """What the stack has is not made twice."""
    provider = StackResource(_PROVIDER, "pulumi:providers:aws", custom=True)
    state = StackState((_ROOT, _TEAM, _OURS, provider))

    content = build_import_file(state, (_ROLE,), {_ROLE.urn: "web-x"})

    table = content["nameTable"]
    (row,) = content["resources"]
    assert (table[row["parent"]], table[row["provider"]]) == (_OURS.urn, _PROVIDER)
    assert list(provider_problems(state, (_ROLE,), {_ROLE.urn: "web-x"})) == []


def test_explicit_provider_that_is_not_there_is_a_problem() -> None:
    """An import would go to the default provider's account instead."""
    (found,) = provider_problems(StackState((_ROOT,)), (_ROLE,), {_ROLE.urn: "web-x"})

    assert found.id == "adoption-provider-unknown"
    assert found.help == (f"pulumi up --target '{_PROVIDER}'\nthen this command again",)
