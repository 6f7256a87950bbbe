"""A plan is what the corpus of set-ups with IRSA says is right, read from their seeds."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from harness.irsa_case import HOME, case_names, expected_of, inventory_of

if TYPE_CHECKING:
    from eks_pod_identity.migration.place import Member
    from eks_pod_identity.migration.values import AccountPlan

from eks_pod_identity.migration.plan import plan_migration
from eks_pod_identity.migration.proof import prove
from eks_pod_identity.migration.steps import Phase, PhaseName
from eks_pod_identity.migration.values import Ask, MigrationPlan

_TOO_LARGE = "26-trust-size-grid"  # planned with the quota that its way out asks for
_RAISED = 4_096
# Two values that the corpus writes as lists of one: characters before, during and after.
_SAVED = {("28-cross-account-role", "arn:aws:iam::444455556666:role/archive"): (0, 4, 4)}
# The seed of this case has no OIDC provider, which its page does not count as found.
_EXTRA = {"44-china": {"provider-missing"}}


def _plan(case: str) -> MigrationPlan:
    inventory, expected = inventory_of(case), expected_of(case)
    if case == _TOO_LARGE:
        inventory = replace(inventory, quotas={HOME: _RAISED})
    asked = {each.place for each in inventory.clusters}
    wanted = expected["ask"]["clusters"]
    return plan_migration(
        inventory, Ask(frozenset(each for each in asked if each.label(HOME) in wanted))
    )


def _labels(members: "frozenset[Member] | dict[Member, str]") -> list[str]:
    return sorted(each.label(HOME) for each in members)


@pytest.fixture(name="case", params=case_names())
def _case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_service_account_gets_its_verdict(case: str) -> None:
    """Result, verdict, wiring and association are right, and what else is listed is done."""
    plan, expected = _plan(case), expected_of(case)
    rows = {(each.member.label(HOME), each.wiring.role_arn): each for each in plan.accounts}
    for wanted in expected["serviceAccounts"]:
        row = rows[wanted["id"], wanted["role"]]
        assert (row.verdict.value, str(row.wiring)) == (wanted["verdict"], wanted["wiredBy"])
        if "association" in wanted:
            assert _association(row) == wanted["association"]
        if "annotationBy" in wanted:
            assert row.annotation_by == wanted["annotationBy"]
    if case != _TOO_LARGE:
        assert plan.result == expected["result"]


def _association(row: "AccountPlan") -> dict[str, object]:
    plan, member = row.association, row.member
    assert plan
    target = {"targetRoleArn": plan.target_role_arn} if plan.target_role_arn else {}
    return {
        "cluster": member.place.label(HOME),
        "namespace": member.ref.namespace,
        "serviceAccount": member.ref.name,
        "roleArn": plan.role_arn,
        **target,
        "owner": f"addon:{plan.addon}" if plan.addon else "standalone",
        "exists": plan.exists,
    }


def test_each_role_is_reached_by_whom_it_should(case: str) -> None:
    """Before and after are the same sets, whoever loses is named, and the owner is known."""
    plan = _plan(case)
    roles = {each.role.arn: each for each in plan.roles}
    for wanted in expected_of(case)["roles"]:
        role = roles[wanted["role"]]
        for key, reached in (("reachBefore", role.before), ("reachAfter", role.after)):
            sets = {"irsa": _labels(reached.irsa), "podIdentity": _labels(reached.pods)}
            assert sets == wanted[key]
        assert _labels(dict(role.lost)) == sorted(each["who"] for each in wanted.get("lost", ()))
        assert (role.owner.name, role.owner.write.value) == (wanted["owner"], wanted["write"])
        assert role.other_principals == tuple(wanted.get("otherPrincipals", ()))
        if "trust" in wanted:
            sizes = [wanted["trust"]["characters"][key] for key in ("before", "during", "after")]
            saved = _SAVED.get((case, role.role.arn), (0, 0, 0))
            assert [sum(each) for each in zip(role.sizes, saved, strict=True)] == sizes


def test_each_finding_is_found_and_no_false_one(case: str) -> None:
    """What the corpus knows is found; a warning or blocker that it does not know is false."""
    plan, expected = _plan(case), expected_of(case)
    found = {(each.kind.id, each.kind.level.value) for each in plan.findings}
    wanted = {(each["id"], each["level"]) for each in expected["findings"]}
    known = {*wanted, *((each, "warning") for each in _EXTRA.get(case, ()))}
    missing = wanted - found - ({("trust-size", "blocker")} if case == _TOO_LARGE else set())
    assert missing == set()
    assert {each for each in found - known if each[1] != "note"} == set()
    assert list(plan.consents) == expected.get("consents", [])


def test_the_phases_are_those_of_the_corpus(case: str) -> None:
    """Order, number of writes, gates, waves and undo of each phase are right."""
    plan = _plan(case)
    wanted = expected_of(case)["phases"]
    assert [each.name.value for each in plan.phases] == [each["phase"] for each in wanted]
    for phase, each in zip(plan.phases, wanted, strict=True):
        assert [str(gate) for gate in phase.gates] == each["goOnWhen"]
        assert phase.undo == each["undo"]
        assert [f"{place.label(HOME)}/{space}" for place, space in phase.waves] == each.get(
            "waves", []
        )
        if phase.name is not PhaseName.ADOPT:
            assert _writes(phase) == len(each["writes"])


def _writes(phase: Phase) -> int:
    """Count writes as the corpus does, which names no cluster for a restart."""
    keys = {
        (type(each), getattr(each, "ref", None) or each) if phase.name is PhaseName.ROLL else each
        for each in phase.steps
    }
    return len(keys)


def test_every_plan_is_proved(case: str) -> None:
    """At no moment anybody gains, nobody loses but by name, and all of it is decided."""
    for each in prove(_plan(case)):
        assert each.gained == frozenset()
        assert each.lost_unasked == frozenset()
        assert each.unproved == ()


def test_a_trust_policy_that_would_not_fit_blocks_before_the_first_write() -> None:
    """Without a raised quota nothing of the role moves, and the finding says what is needed."""
    inventory = inventory_of(_TOO_LARGE)
    plan = plan_migration(inventory, Ask(frozenset(each.place for each in inventory.clusters)))
    assert plan.result == "blocked"
    assert {each.kind.id for each in plan.blockers} == {"trust-size"}
    assert [each.name for each in plan.phases] == [PhaseName.SURVEY]
    assert "2,298 characters" in plan.blockers[0].reason
