"""What is done about an interrupted run: recorded stacks, case by case."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.ownership import STACK_TAG
from eks_pod_identity.planning.recovery.candidate import Candidate, find_candidates
from eks_pod_identity.planning.recovery.identity import (
    AddonIdentity,
    AssociationIdentity,
    Found,
    ObjectIdentity,
    PresentObject,
    identify,
    role_of,
)
from eks_pod_identity.planning.recovery.import_file import build_import_file, build_probe_file
from eks_pod_identity.planning.recovery.look_up import LookUp
from eks_pod_identity.planning.recovery.objects import is_made_by
from eks_pod_identity.planning.recovery.options import with_options
from eks_pod_identity.planning.recovery.plan import Action, RecoveryPlan, plan_recovery
from eks_pod_identity.planning.recovery.sign_in import SignIn, sign_in_of
from eks_pod_identity.planning.recovery.stack import (
    UNKNOWN,
    StackResource,
    StackState,
    planned_creations,
)
from eks_pod_identity.planning.state import AddonState, Association, Role

_TESTS = Path(__file__).parents[2]
_CASES = sorted((_TESTS / "cases" / "recovery").glob("*.yaml"))
_ROOT_URN = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"
_ROLE = "aws:iam/role:Role"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_recovery_is_that_of_the_case(path: Path) -> None:
    """Each case names its promise in its reason."""
    case = YAML(typ="safe").load(path)

    plan = _plan(case)

    found = [
        {
            "action": step.action.value,
            "what": step.what,
            "found": step.found,
            "import_id": step.import_id,
            "replaces": step.replaces,
        }
        for step in plan.steps
    ]
    assert len(found) == len(case["steps"]), found
    for step, wanted in zip(found, case["steps"], strict=True):
        assert step | wanted == step
    assert [step.what for step in plan.cleared] == case["cleared"]


def test_import_file_names_parents_and_providers() -> None:
    """Each resource goes under its component and to its provider, by URNs of the stack."""
    plan = _plan(YAML(typ="safe").load(_TESTS / "cases" / "recovery" / "made-comes-back.yaml"))

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


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({}, id="not given"),
        pytest.param({"name": UNKNOWN}, id="known later"),
        pytest.param({"name": {"4dabf18193072939515e22adb298388d": "secret"}}, id="secret"),
    ],
)
def test_role_whose_name_is_not_known_has_no_identity(inputs: dict[str, Any]) -> None:
    """What cannot be looked up by name is never guessed."""
    assert identify(StackResource("urn", _ROLE, inputs=inputs)) is None


def test_association_has_the_identity_that_eks_keeps_unique() -> None:
    """Cluster, namespace and service account tell an association apart before it has an id."""
    inputs = {"clusterName": "demo", "namespace": "backend", "serviceAccount": "api"}

    assert identify(StackResource("urn", _ASSOCIATION, inputs=inputs)) == AssociationIdentity(
        "demo", ServiceAccountRef("backend", "api")
    )


def test_second_association_of_an_account_is_not_taken_for_the_first() -> None:
    """A replacement has the same name and another id: its predecessor makes way for it."""
    old = _association_resource(id_="a-old")
    stack = _stack(resources=[old], pending=[_association_resource()])
    found = Association(
        "a-new", "arn", ServiceAccountRef("backend", "api"), "role", tags={STACK_TAG: "p/s"}
    )

    plan = plan_recovery(stack, (), LookUp({old.urn: found}))

    (step,) = plan.steps
    assert (step.action, step.import_id, step.replaces) == (Action.IMPORT, "demo,a-new", True)


def test_association_of_an_addon_is_left_alone() -> None:
    """What an add-on owns has no tag of a stack, so nobody takes it."""
    wanted = _association_resource()
    owner = "arn:aws:eks:eu-west-1:111122223333:addon/demo/vpc-cni/1"
    ref = ServiceAccountRef("backend", "api")
    found = Association("a-1", "arn", ref, "role", owner_arn=owner)

    plan = plan_recovery(_stack(pending=[wanted]), (), LookUp({wanted.urn: found}))

    assert [step.found for step in plan.steps] == ["made by somebody else"]


def test_operation_that_is_carried_along_is_one_step() -> None:
    """Pulumi lists a pending creation again when the next run begins the same creation."""
    wanted = _association_resource()

    plan = plan_recovery(_stack(pending=[wanted, wanted]), (), LookUp())

    assert len(plan.steps) == 1


def test_creation_without_its_component_is_kept() -> None:
    """There is no place to put it back to, so a human has to look."""
    wanted = _association_resource(parent="urn:pulumi:s::p::gone::gone")
    ref = ServiceAccountRef("backend", "api")
    found = Association("a-1", "arn", ref, "role", tags={STACK_TAG: "p/s"})

    plan = plan_recovery(_stack(pending=[wanted]), (), LookUp({wanted.urn: found}))

    assert [step.action for step in plan.steps] == [Action.KEEP]


def test_sign_in_is_that_of_the_provider() -> None:
    """Region and profile come from the provider, and the accounts from what it made."""
    stack = _recorded("killed-update")
    provider = next(each for each in stack.resources if each.type == "pulumi:providers:aws")

    sign_in = sign_in_of(stack, provider.urn)

    assert sign_in.accounts == {"111122223333"}
    assert sign_in.not_followed == ()


def test_roles_that_a_provider_assumes_are_those_of_the_look_up() -> None:
    """One after the other, with all that their trust policies may ask for."""
    roles = [
        {"roleArn": "arn:aws:iam::111122223333:role/ci", "duration": "1h"},
        {
            "roleArn": "arn:aws:iam::444455556666:role/deploy",
            "sessionName": "shop",
            "externalId": "x",
            "tags": {"team": "a"},
            "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
    ]

    sign_in = _sign_in({"assumeRoles": json.dumps(roles)})

    assert sign_in.not_followed == ()
    assert sign_in.roles == (
        {
            "RoleSessionName": "eks-pod-identity-recover",
            "RoleArn": "arn:aws:iam::111122223333:role/ci",
        },
        {
            "RoleSessionName": "shop",
            "RoleArn": "arn:aws:iam::444455556666:role/deploy",
            "ExternalId": "x",
            "Tags": [{"Key": "team", "Value": "a"}],
            "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        },
    )


@pytest.mark.parametrize(
    ("inputs", "not_followed"),
    [
        ({"token": "t"}, "token"),
        ({"assumeRoles": {"4dabf18193072939515e22adb298388d": "secret"}}, "assumeRoles"),
        ({"assumeRoles": UNKNOWN}, "assumeRoles"),
        ({"assumeRoles": '[{"roleArn": "arn", "new": "argument"}]'}, "assumeRoles"),
    ],
    ids=str,
)
def test_way_to_sign_in_that_is_not_followed_is_named(
    inputs: dict[str, Any], not_followed: str
) -> None:
    """A look-up as somebody else would find nothing, and nothing would be taken for not made."""
    assert _sign_in(inputs).not_followed == (not_followed,)


@pytest.mark.parametrize(
    ("observed", "ours"),
    [
        pytest.param({"annotations": {STACK_TAG: "p/s"}}, True, id="this stack"),
        pytest.param(
            {"annotations": {STACK_TAG: "p/other"}, "labels": {"managed-by": "us"}},
            False,
            id="another stack",
        ),
        pytest.param({"labels": {"managed-by": "us", "a": "1"}}, True, id="earlier release"),
        pytest.param({"name": "api"}, False, id="nobody's"),
    ],
)
def test_object_is_told_by_what_a_run_writes_on_it(observed: dict[str, Any], *, ours: bool) -> None:
    """An account that was there before, or that is of another stack, is not ours."""
    made = StackResource("urn", "t", inputs={"metadata": {"labels": {"managed-by": "us"}}})
    known = StackResource("urn", "t", outputs={"metadata": observed})

    assert is_made_by("p/s", made, known) is ours


def test_patch_is_forgotten_for_it_is_applied_again() -> None:
    """What no run can make twice needs no look, so it keeps nothing else from being cleared."""
    patch = StackResource("urn", "kubernetes:core/v1:NamespacePatch", custom=True)

    (step,) = plan_recovery(_stack(pending=[patch]), (), LookUp()).steps

    assert (step.action, step.found) == (Action.FORGET, "applied again by the next run")


def test_addon_that_is_not_well_is_told() -> None:
    """Nothing waits for an add-on that was imported, so its trouble shows here."""
    inputs = {"clusterName": "demo", "addonName": "vpc-cni"}
    addon = StackResource(
        "urn", "aws:eks/addon:Addon", inputs=inputs, parent=_ROOT_URN, custom=True
    )
    found = AddonState("vpc-cni", "v1", "CREATE_FAILED", "arn", tags={STACK_TAG: "p/s"})

    (step,) = plan_recovery(_stack(pending=[addon]), (), LookUp({"urn": found})).steps

    assert (step.action, step.found) == (Action.IMPORT, "made by this stack, CREATE_FAILED")


def test_lost_answer_of_a_component_that_is_lost_too_is_kept() -> None:
    """An older state may lack the component; it cannot be put back before the next run made one."""
    planned = _association_resource(parent="urn:pulumi:s::p::gone::gone")
    ref = ServiceAccountRef("backend", "api")
    found = Association("a-1", "arn", ref, "role", tags={STACK_TAG: "p/s"})

    plan = plan_recovery(_stack(), (planned,), LookUp({planned.urn: found}))

    assert [(step.action, step.operation) for step in plan.steps] == [(Action.KEEP, "")]
    assert plan.stays_pending == ()


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


def _plan(case: Mapping[str, Any]) -> RecoveryPlan:
    stack = _recorded(case["export"])
    preview = _read(case["preview"]) if "preview" in case else {}
    planned = tuple(planned_creations(preview))
    candidates = find_candidates(stack, planned)
    failed = case.get("failed", {})
    look_up = LookUp(
        found={
            each.resource.urn: found
            for each in candidates
            if (found := _found(each, case.get("found", {})))
        },
        failed={
            each.resource.urn: failed[str(each.identity)]
            for each in candidates
            if str(each.identity) in failed
        },
    )
    return plan_recovery(stack, planned, look_up)


def _sign_in(inputs: dict[str, Any]) -> SignIn:
    provider = StackResource("provider", "pulumi:providers:aws", inputs=inputs)
    return sign_in_of(StackState((provider,)), "provider")


def _found(candidate: Candidate, table: Mapping[str, Any]) -> Found | None:
    role = role_of(candidate.identity)
    entry = table.get(f"role {role}" if role else str(candidate.identity))
    if entry is None:
        return None
    tags = {STACK_TAG: entry["stack"]} if "stack" in entry else {}
    match candidate.identity:
        case AddonIdentity(name=name):
            return AddonState(name, "v1", "ACTIVE", "arn", tags=tags)
        case ObjectIdentity():
            return PresentObject("eks-pod-identity/test")
        case _:
            attached = tuple(entry.get("attached", ()))
            return Role("arn", role or "", {}, attached_policy_arns=attached, tags=tags)


def _recorded(name: str) -> StackState:
    return StackState.from_export(_read(name))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (_TESTS / "recorded" / "recovery" / f"{name}.json").read_text("utf-8")
    )
    return content


def _stack(
    resources: list[StackResource] | None = None, pending: list[StackResource] | None = None
) -> StackState:
    root = {"urn": _ROOT_URN, "type": "pulumi:pulumi:Stack"}
    return StackState.from_export(
        {
            "deployment": {
                "resources": [root, *map(_state, resources or ())],
                "pending_operations": [
                    {"type": "creating", "resource": _state(each)} for each in pending or ()
                ],
            }
        }
    )


def _state(resource: StackResource) -> dict[str, Any]:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "id": resource.id,
        "inputs": resource.inputs,
        "parent": resource.parent,
        "custom": True,
    }


def _association_resource(*, id_: str = "", parent: str = _ROOT_URN) -> StackResource:
    return StackResource(
        urn=f"urn:pulumi:s::p::{_ASSOCIATION}::api",
        type=_ASSOCIATION,
        id=id_,
        inputs={"clusterName": "demo", "namespace": "backend", "serviceAccount": "api"},
        parent=parent,
        custom=True,
    )
