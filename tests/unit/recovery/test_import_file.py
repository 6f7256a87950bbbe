"""How a recovery puts things back: what `pulumi import` is given, and the options beside it."""

from harness.recorded_stack import CASES, plan_of_case, read_case

from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.recovery.import_file import build_import_file, build_probe_file
from eks_pod_identity.recovery.options import with_options
from eks_pod_identity.recovery.plan import Action

_ROLE = "aws:iam/role:Role"
(_MADE,) = (path for path in CASES if path.stem == "made-comes-back")


def test_import_file_names_parents_and_providers() -> None:
    """Each resource goes under its component and to its provider, by URNs of the stack."""
    plan = plan_of_case(read_case(_MADE))

    content = build_import_file(plan.stack, plan.of(Action.IMPORT))

    names = content["nameTable"]
    for entry, step in zip(content["resources"], plan.steps, strict=True):
        assert entry["type"] == step.resource.type
        assert entry["name"] == step.resource.name
        assert entry["id"] == step.import_id
        assert names[entry["parent"]] == step.resource.parent
        assert names[entry["provider"]] == step.resource.provider
    assert set(names.values()) <= set(plan.stack.by_urn)


def test_provider_that_the_stack_does_not_have_is_left_to_pulumi() -> None:
    """After an upgrade of the SDK, a planned resource has a provider that is not made yet."""
    resource = StackResource("urn:pulumi:s::p::t::n", _ROLE, parent="gone", provider="new")

    content = build_probe_file(StackState(), {resource: "id"})

    assert content == {
        "nameTable": {},
        "resources": [{"type": _ROLE, "name": "n-probe", "id": "id"}],
    }


def test_options_of_the_interrupted_run_are_put_back() -> None:
    """Dependencies, as far as the stack has them, and what makes things outlive a destroy."""
    role = StackResource(
        "role", _ROLE, options={"dependencies": ["stash", "gone"], "retainOnDelete": True}
    )
    addon = StackResource("addon", "aws:eks/addon:Addon", inputs={"preserve": True, "tags": {}})
    policy = StackResource(
        "policy",
        "aws:iam/rolePolicy:RolePolicy",
        options={
            "dependencies": ["role"],
            "propertyDependencies": {"role": ["role"], "name": None},
            "deletedWith": "gone",
        },
    )
    exported = {
        "version": 3,
        "deployment": {
            "manifest": {},
            "resources": [
                {"urn": "stash", "id": "s"},
                {"urn": "role", "id": "old", "delete": True},
                {"urn": "policy", "id": "p", "parent": "stash"},
                {"urn": "role", "id": "r", "outputs": {"arn": "a"}},
                {"urn": "addon", "inputs": {"addonName": "cni"}, "outputs": {"arn": "b"}},
            ],
        },
    }

    completed = with_options(exported, [policy, role, addon])

    assert completed == {
        "version": 3,
        "deployment": {
            "manifest": {},
            "resources": [
                {"urn": "stash", "id": "s"},
                {"urn": "role", "id": "old", "delete": True},
                {
                    "urn": "addon",
                    "inputs": {"addonName": "cni", "preserve": True},
                    "outputs": {"arn": "b", "preserve": True},
                    "dependencies": [],
                    "propertyDependencies": {},
                },
                {
                    "urn": "role",
                    "id": "r",
                    "outputs": {"arn": "a"},
                    "dependencies": ["stash"],
                    "propertyDependencies": {},
                    "retainOnDelete": True,
                },
                {
                    "urn": "policy",
                    "id": "p",
                    "parent": "stash",
                    "dependencies": ["role"],
                    "propertyDependencies": {"role": ["role"], "name": []},
                },
            ],
        },
    }
