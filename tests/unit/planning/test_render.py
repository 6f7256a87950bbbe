"""A plan in the forms that people and programs read."""

import json

import pytest
from harness.fake_cluster import FakeCluster
from harness.golden import assert_golden
from harness.scenario import AGENT, carry_out, plan_data

from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.planning.rendering.json_report import plan_to_json
from eks_pod_identity.planning.rendering.markdown import render_markdown
from eks_pod_identity.planning.rendering.text import render_text

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_SQS = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"


def _entry(namespace: str, name: str, **more: object) -> dict[str, object]:
    return {"namespace": namespace, "serviceAccountName": name, **more}


_BEFORE = {
    "addons": [{"name": AGENT}, {"name": "vpc-cni", "useDefaultPodIdentityAssociations": True}],
    "iam": {
        "podIdentityAssociations": [
            _entry("backend", "api", permissionPolicyARNs=[_S3]),
            _entry("backend", "worker", roleARN="arn:aws:iam::111122223333:role/old"),
            _entry("backend", "reports", roleName="reports", permissionPolicyARNs=[_S3]),
            _entry("legacy", "app", permissionPolicyARNs=[_S3]),
            _entry("shop", "orders", permissionPolicyARNs=[_S3]),
        ]
    },
}
_AFTER = {
    "addons": [
        {"name": AGENT},
        {"name": "vpc-cni", "useDefaultPodIdentityAssociations": True},
        {
            "name": "aws-ebs-csi-driver",
            "configurationValues": "password: secret",
            "useDefaultPodIdentityAssociations": True,
        },
    ],
    "iam": {
        "podIdentityAssociations": [
            _entry("backend", "api", permissionPolicyARNs=[_S3, _SQS]),
            _entry("backend", "worker", roleARN="arn:aws:iam::111122223333:role/new"),
            _entry("backend", "reports", roleName="backend-reports", permissionPolicyARNs=[_S3]),
            _entry("shop", "orders", permissionPolicyARNs=[_S3]),
        ]
    },
}


@pytest.fixture
def plan() -> Plan:
    """A plan with every step, and associations of others."""
    cluster = FakeCluster()
    carry_out(_BEFORE, cluster)
    cluster.declare_association(
        _entry("batch", "jobs", roleARN="arn:aws:iam::111122223333:role/jobs", stack="etl/prod")
    )
    cluster.declare_association(
        _entry("batch", "by-hand", roleARN="arn:aws:iam::111122223333:role/by-hand")
    )
    return plan_data(_AFTER, cluster, None)


@pytest.mark.parametrize("width", [80, 140, None])
def test_text_is_as_reviewed(plan: Plan, width: int | None) -> None:
    """Steps, reasons, what is the same and what is foreign, in any width."""
    lines = list(render_text(plan, width))

    assert_golden(f"plan/steps-{width or 'pipe'}.txt", "\n".join(lines) + "\n")
    assert max(map(len, lines)) <= (width or 1_000)


def test_sames_are_listed_if_asked_for(plan: Plan) -> None:
    """What stays as it is can be seen with its reasons."""
    assert_golden("plan/sames.txt", "\n".join(render_text(plan, 80, show_sames=True)) + "\n")


def test_markdown_is_as_reviewed(plan: Plan) -> None:
    """A comment on a pull request, with what is the same folded away."""
    assert_golden("plan/steps.md", "\n".join(render_markdown(plan)) + "\n")


def test_json_has_everything_but_secrets(plan: Plan) -> None:
    """Both sides of each step are there in AWS's keys, configuration values are not."""
    text = json.dumps(plan_to_json(plan), indent=2)

    assert_golden("plan/steps.json", text + "\n")
    assert "secret" not in text


def test_problems_as_markdown_are_as_reviewed() -> None:
    """A plan with errors shows them and no steps."""
    cluster = FakeCluster()
    cluster.declare_association(
        _entry("backend", "api", roleARN="arn:aws:iam::111122223333:role/by-hand")
    )

    plan = plan_data(_AFTER, cluster, None)

    assert_golden("plan/problems.md", "\n".join(render_markdown(plan)) + "\n")


def test_nothing_to_do_is_said() -> None:
    """An empty plan is a sentence."""
    plan = plan_data({"addons": []}, FakeCluster(), None)

    assert list(render_text(plan, 80)) == ['cluster "demo": nothing to do']


def test_many_foreign_associations_are_counted() -> None:
    """A cluster full of other stacks' associations does not fill the screen."""
    cluster = FakeCluster()
    for number in range(1_200):
        role = "arn:aws:iam::111122223333:role/batch"
        cluster.declare_association(_entry("batch", f"job-{number:04}", roleARN=role))

    lines = list(render_text(plan_data({"addons": []}, cluster, None), 80))

    assert len(lines) == 13
    assert lines[0] == "foreign  1,200 associations of others, left alone"
    assert lines[-2].strip() == "and 1,190 more"


def _plan_of_accounts() -> Plan:
    """Return a plan that makes one account, deletes one, and misses five of others."""
    cluster = FakeCluster()
    cluster.declare_cluster(auto_mode=True)
    cluster.show_kubernetes(["backend"])
    role = {"roleARN": "arn:aws:iam::111122223333:role/api"}
    gone = _entry("backend", "former-worker-of-the-queue", createServiceAccount=True, **role)
    made = _entry("backend", "api", createServiceAccount=True, **role)
    missing = [_entry("backend", f"consumer-of-orders-{n}", **role) for n in range(5)]
    carry_out({"iam": {"podIdentityAssociations": [gone]}}, cluster)
    return plan_data({"iam": {"podIdentityAssociations": [made, *missing]}}, cluster, None)


def test_notes_fit_the_terminal() -> None:
    """A note stands behind the steps, broken between words; a pipe gets it in one line."""
    plan = _plan_of_accounts()

    narrow, pipe = render_text(plan, 80), render_text(plan, None)

    assert_golden("plan/notes-80.txt", "\n".join(narrow) + "\n")
    assert (
        "note     5 service accounts do not exist yet, so no pod can run as one:"
        " backend/consumer-of-orders-0, backend/consumer-of-orders-1,"
        " backend/consumer-of-orders-2 and 2 more"
    ) in pipe
    assert [*render_markdown(plan)][-1].startswith("> 5 service accounts do not exist yet")


def test_service_accounts_are_steps_in_json() -> None:
    """Both sides are named as AWS names a service account; the observed one has its marks."""
    steps = plan_to_json(_plan_of_accounts())["changes"]

    sides = [
        (each["step"], each["desired"], each["observed"])
        for each in steps
        if each["kind"] == "service account"
    ]
    former = {"namespace": "backend", "serviceAccount": "former-worker-of-the-queue"}
    marks = {"eks-pod-identity/cluster": "demo", "eks-pod-identity/stack": "shop/prod"}
    assert sides == [
        ("create", {"namespace": "backend", "serviceAccount": "api"}, None),
        ("delete", None, {**former, "labels": {}, "annotations": marks}),
    ]
