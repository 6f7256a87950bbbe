"""Every case of the planner, from its file; a new case needs no Python."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from harness.fake_cluster import STACK
from harness.scenario import KEYS, Scenario, all_scenarios, load, plan_config, plan_data

from eks_pod_identity.planning.change import Kind, Step
from eks_pod_identity.planning.plan import Plan

_SCENARIOS = all_scenarios()
_EACH = pytest.mark.parametrize(
    "scenario", _SCENARIOS, ids=lambda each: f"{each.path.parent.name}/{each.path.stem}"
)


def _steps(plan: Plan) -> list[dict[str, str]]:
    return [{"step": each.step.value, "address": each.address} for each in plan.differences]


def _without_help(problem: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in problem.items() if key != "help"}


@_EACH
def test_plan_is_what_the_case_says(scenario: Scenario) -> None:
    """Steps in order, reasons, problems and foreign associations are as the file has them."""
    case, plan = scenario.case, scenario.plan()
    expected = case.get("plan", [])

    wanted = case.get("problems", [])
    assert [
        {"id": each.id, "address": each.address, "severity": each.severity.value}
        for each in plan.problems
    ] == [{"severity": "error", **_without_help(each)} for each in wanted]
    for problem, told in zip(plan.problems, wanted, strict=True):
        assert told.get("help", "\n").rstrip() in ("", *problem.help)
    if not plan.errors:
        assert _steps(plan) == [
            {"step": each["step"], "address": each["address"]} for each in expected
        ]
        for change, wanted in zip(plan.differences, expected, strict=True):
            assert wanted.get("reason", "") in "; ".join(change.reasons)
    if "foreign" in case:
        assert [str(each.service_account) for each in plan.foreign] == case["foreign"]
    assert [*plan.notes] == case.get("notes", [])


@_EACH
def test_case_says_why_and_what_eksctl_does(scenario: Scenario) -> None:
    """A case has a reason, and tells how its outcome stands to eksctl's."""
    said = scenario.case["eksctl"]

    assert scenario.case["reason"]
    assert said == "same" or [*said] in (["better"], ["different"])
    assert set(scenario.case) <= KEYS


@_EACH
def test_same_says_why(scenario: Scenario) -> None:
    """What stays as it is has a reason too."""
    same = {each.address: each.reasons for each in scenario.plan().changes if each.is_same}

    assert all(same.values())
    for address, reason in scenario.case.get("same", {}).items():
        assert reason in "; ".join(same[address])


@_EACH
def test_result_of_a_plan_needs_no_plan(scenario: Scenario) -> None:
    """Whoever carries out a plan and plans again has nothing to do."""
    cluster = scenario.cluster()
    plan = plan_data(scenario.case["desired"], cluster, scenario.stack or STACK)
    if plan.errors:
        return

    cluster.carry_out(plan)
    again = plan_data(scenario.case["desired"], cluster, STACK)

    assert _steps(again) == []
    assert again.errors == ()


@_EACH
@pytest.mark.parametrize("seed", [1, 2])
def test_order_does_not_matter(scenario: Scenario, seed: int) -> None:
    """Lists of the file and of AWS may come in any order."""
    shuffled = _shuffled(scenario.case["desired"], random.Random(seed))  # noqa: S311 - an order
    plan = scenario.plan()
    cluster = scenario.cluster()
    scenario.plan_for(cluster)
    state = cluster.state

    again = plan_config(load(shuffled), state, scenario.stack, scenario.facts(cluster))

    assert again.changes == plan.changes
    assert {each.id for each in again.problems} == {each.id for each in plan.problems}


def _shuffled(data: Any, order: random.Random) -> Any:  # noqa: ANN401 - any YAML
    match data:
        case Mapping():
            items = [(key, _shuffled(value, order)) for key, value in data.items()]
            order.shuffle(items)
            return dict(items)
        case list():
            items = [_shuffled(each, order) for each in data]
            if all(isinstance(each, dict) and "Effect" not in each for each in items):
                order.shuffle(items)
            return items
        case _:
            return data


@_EACH
def test_nothing_foreign_is_deleted(scenario: Scenario) -> None:
    """No plan deletes what carries another stack's tags, or none."""
    for change in scenario.plan().changes:
        owned = change.kind is Kind.ASSOCIATION and change.addon is not None
        if change.step in {Step.DELETE, Step.REPLACE} and not owned:
            assert change.observed is not None
            assert change.observed.tags["eks-pod-identity/stack"] == STACK
