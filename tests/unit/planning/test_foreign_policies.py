"""Policies that others put on many roles at once."""

from harness.fake_cluster import FakeCluster
from harness.scenario import AGENT, carry_out, plan_data

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
_ROLES = [f"app-{number}" for number in range(5)]
_FILE = {
    "iam": {
        "podIdentityAssociations": [
            {
                "namespace": "dev",
                "serviceAccountName": name,
                "roleName": name,
                "permissionPolicyARNs": [_S3],
            }
            for name in _ROLES
        ]
    }
}


def test_policy_on_many_roles_is_one_note() -> None:
    """What automation attached to every role of an account does not fill the screen."""
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    carry_out(_FILE, cluster)
    for name in _ROLES:
        cluster.declare_role({"name": name, "policies": [_S3, _SSM]})

    plan = plan_data(_FILE, cluster, None)

    assert plan.notes == (
        f"not of this stack, so it stays: policy {_SSM} on role app-0, app-1, app-2 and 2 more",
    )
    assert plan.differences == ()


def test_roles_of_others_are_passed_over() -> None:
    """A role that the file would make and somebody else has is a problem, and no note."""
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    cluster.declare_role({"name": "app-0", "policies": [_SSM]})

    plan = plan_data(_FILE, cluster, None)

    assert [each.id for each in plan.errors] == ["role-exists"]
    assert plan.notes == ()
