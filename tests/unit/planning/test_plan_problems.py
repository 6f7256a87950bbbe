"""Problems of a plan: each id has a case, and the wording of all is one golden file."""

from harness.fake_cluster import STACK, FakeCluster, role_arn
from harness.golden import assert_golden
from harness.scenario import AGENT, all_scenarios, plan_data

from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.preconditions import MAX_ASSOCIATIONS


def _full_cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    for number in range(MAX_ASSOCIATIONS):
        cluster.declare_association(
            {"namespace": "batch", "serviceAccountName": f"job-{number}", "roleARN": role_arn("b")}
        )
    return cluster


def _one_more() -> dict[str, object]:
    entry = {"namespace": "dev", "serviceAccountName": "app", "roleARN": role_arn("app")}
    return {"iam": {"podIdentityAssociations": [entry]}}


def test_one_association_too_many_is_told() -> None:
    """EKS takes 5,000 in a cluster, whoever made them."""
    (problem,) = plan_data(_one_more(), _full_cluster(), STACK).problems

    assert problem.id == "association-limit-reached"
    assert problem.message == "cluster would hold 5,001 associations, EKS takes 5,000"


def test_every_problem_is_worded_as_reviewed() -> None:
    """The golden file has each kind of problem once, with what is observed and what to type."""
    plans = [scenario.plan() for scenario in all_scenarios()]
    plans.append(plan_data(_one_more(), _full_cluster(), STACK))
    # The first of each kind is kept.
    told = {problem.id: problem for plan in reversed(plans) for problem in plan.problems}

    assert {fault.id for fault in PlanFault} <= set(told)
    assert_golden("plan/problems.txt", "\n\n".join(str(told[id_]) for id_ in sorted(told)) + "\n")
