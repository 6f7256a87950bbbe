"""Which roles have to be read for a plan."""

from harness.fake_cluster import FakeCluster, role_arn
from harness.scenario import AGENT, ScenarioSource, carry_out, load

from eks_pod_identity.planning.file_plan import plan_file
from eks_pod_identity.planning.plan import PlanFacts

_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def _file(*names: str) -> dict[str, object]:
    entries = [
        {
            "namespace": "dev",
            "serviceAccountName": name,
            "roleName": f"made-{name}",
            "permissionPolicyARNs": [_POLICY],
        }
        for name in names
    ]
    given = {"namespace": "dev", "serviceAccountName": "given", "roleARN": role_arn("given")}
    return {"iam": {"podIdentityAssociations": [*entries, given]}}


def test_roles_of_others_are_not_read() -> None:
    """Desired roles, made and given, and those the stack may drop; no role of a foreign one."""
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    cluster.declare_addon({"name": "vpc-cni"})
    carry_out(_file("dropped"), cluster)
    for name, owner in (("theirs", None), ("aws-node", "vpc-cni")):
        cluster.declare_association(
            {
                "namespace": "kube-system",
                "serviceAccountName": name,
                "roleARN": role_arn(name),
                "owner": owner,
            }
        )

    source = ScenarioSource(cluster.state)
    plan_file(load(_file("new")), source, PlanFacts())

    names = ("aws-node", "given", "made-dropped", "made-new")
    assert source.roles_read == {role_arn(name) for name in names}
