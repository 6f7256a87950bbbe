"""What is done about an interrupted run: recorded stacks, case by case."""

from pathlib import Path
from typing import Any

import pytest
from harness.recorded_stack import CASES, plan_of_case, read_case

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.recovery.look_up import LookUp
from eks_pod_identity.recovery.plan import Action, plan_recovery

_ROOT_URN = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_recovery_is_that_of_the_case(path: Path) -> None:
    """Each case names its promise in its reason."""
    case = read_case(path)

    plan = plan_of_case(case)

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
