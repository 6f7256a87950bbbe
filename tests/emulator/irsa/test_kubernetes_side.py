"""What a seed puts into a cluster: accounts with all fields, workloads, nodes, Fargate."""

from typing import Any

import pytest
from harness.irsa_world import IrsaWorld

_PROD = ("111122223333", "eu-west-1", "prod")
_ARN = "eks.amazonaws.com/role-arn"
_ROLE = "arn:aws:iam::111122223333:role/"


def _pods(world: IrsaWorld, namespace: str, start: str) -> list[Any]:
    listed = world.kubernetes(_PROD, f"api/v1/namespaces/{namespace}/pods")["items"]
    return [one for one in listed if one["metadata"]["name"].startswith(start)]


def _account(world: IrsaWorld, namespace: str, name: str) -> Any:  # noqa: ANN401 - JSON
    return world.kubernetes(_PROD, f"api/v1/namespaces/{namespace}/serviceaccounts/{name}")


def test_service_accounts_have_all_that_the_seed_says(world: IrsaWorld) -> None:
    """`default` can be declared, a manifest and a patch may set any field."""
    api = _account(world, "shop", "api")

    assert _account(world, "shop", "default")["metadata"]["labels"] == {"team": "shop"}
    assert _account(world, "batch", "run")["secrets"] == [{"name": "old-token"}]
    assert api["imagePullSecrets"] == [{"name": "registry"}]
    assert api["automountServiceAccountToken"] is False
    assert api["metadata"]["annotations"] == {_ARN: f"{_ROLE}app"}


def test_pods_of_an_annotated_account_have_web_identity(world: IrsaWorld) -> None:
    """Pods of a seed are admitted like any other, through the webhook."""
    pod = _pods(world, "shop", "api-")[0]
    env = {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}

    assert env["AWS_ROLE_ARN"] == f"{_ROLE}app"
    assert env["AWS_WEB_IDENTITY_TOKEN_FILE"].startswith("/var/run/secrets/eks.amazonaws.com/")


def test_deployment_has_its_pods_by_a_replica_set(world: IrsaWorld) -> None:
    """A pod's owner is a ReplicaSet, and its owner the Deployment."""
    owner = _pods(world, "shop", "api-")[0]["metadata"]["ownerReferences"][0]
    path = f"apis/apps/v1/namespaces/shop/replicasets/{owner['name']}"
    above = world.kubernetes(_PROD, path)["metadata"]["ownerReferences"][0]

    assert (owner["kind"], above["kind"], above["name"]) == ("ReplicaSet", "Deployment", "api")


def test_stateful_set_on_delete_keeps_its_pods(world: IrsaWorld) -> None:
    """A changed template replaces no pod of OnDelete; a deleted pod comes back by its name."""
    before = {one["metadata"]["uid"] for one in _pods(world, "shop", "db-")}
    patch = {"spec": {"template": {"metadata": {"annotations": {"restarted": "now"}}}}}
    world.kubernetes(_PROD, "apis/apps/v1/namespaces/shop/statefulsets/db", "PATCH", patch)
    kept = {one["metadata"]["uid"] for one in _pods(world, "shop", "db-")}
    world.kubernetes(_PROD, "api/v1/namespaces/shop/pods/db-0", "DELETE")
    after = {one["metadata"]["name"]: one for one in _pods(world, "shop", "db-")}

    assert kept == before
    assert sorted(after) == ["db-0", "db-1"]
    assert after["db-0"]["metadata"]["annotations"] == {"restarted": "now"}


def test_pods_run_on_nodes_that_fit(world: IrsaWorld) -> None:
    """Windows pods run on Windows, others do not; a Fargate profile takes its pods alone."""
    nodes = {one["metadata"]["name"]: one for one in _nodes(world)}
    fargate = _pods(world, "batch", "small-")[0]
    place = nodes[fargate["spec"]["nodeName"]]["metadata"]["labels"]

    assert _pods(world, "shop", "win-")[0]["spec"]["nodeName"] == "windows-1"
    assert _pods(world, "shop", "api-")[0]["spec"]["nodeName"] == "linux-1"
    assert fargate["metadata"]["labels"]["eks.amazonaws.com/fargate-profile"] == "batch"
    assert fargate["spec"]["schedulerName"] == "fargate-scheduler"
    assert place["eks.amazonaws.com/compute-type"] == "fargate"


def _nodes(world: IrsaWorld) -> Any:  # noqa: ANN401 - JSON
    return world.kubernetes(_PROD, "api/v1/nodes")["items"]


def test_agent_has_a_pod_on_each_node_of_linux(world: IrsaWorld) -> None:
    """The agent's DaemonSet runs on no node of Windows or Fargate."""
    agents = _pods(world, "kube-system", "eks-pod-identity-agent-")

    assert sorted(one["spec"]["nodeName"] for one in agents) == ["linux-1", "linux-2"]


def test_job_has_a_pod_and_a_template_that_stays(world: IrsaWorld) -> None:
    """A Job runs a pod; a CronJob is there and runs none."""
    assert len(_pods(world, "shop", "once-")) == 1
    assert not _pods(world, "shop", "nightly-")
    assert world.kubernetes(_PROD, "apis/batch/v1/namespaces/shop/cronjobs/nightly")["kind"]


def test_addon_writes_the_annotation_of_its_role_and_takes_it_off(world: IrsaWorld) -> None:
    """UpdateAddon without serviceAccountRoleArn takes the annotation off, other fields stay."""
    before = _account(world, "kube-system", "ebs-csi-controller-sa")["metadata"]
    world.client("eks").update_addon(clusterName="prod", addonName="aws-ebs-csi-driver")
    after = _account(world, "kube-system", "ebs-csi-controller-sa")["metadata"]

    assert before["annotations"] == {_ARN: f"{_ROLE}ebs"}
    assert not after["annotations"]
    assert after["uid"] == before["uid"]


def test_lease_is_taken_by_one(world: IrsaWorld) -> None:
    """A Lease is created once, and changed from its last version only."""
    path = "apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
    lease = {"metadata": {"name": "migrate"}, "spec": {"holderIdentity": "me"}}
    made = world.kubernetes(_PROD, path, "POST", lease)
    stale = {**made, "metadata": {**made["metadata"], "resourceVersion": "1"}}

    with pytest.raises(OSError, match="409"):
        world.kubernetes(_PROD, path, "POST", lease)
    with pytest.raises(OSError, match="409"):
        world.kubernetes(_PROD, f"{path}/migrate", "PUT", stale)


def test_writes_to_a_cluster_are_in_the_call_log(emulator: Any, world: IrsaWorld) -> None:  # noqa: ANN401 - RunningEmulator
    """A write to the Kubernetes API is in the log as one; a dry run and a token are none."""
    path = "api/v1/namespaces/shop/serviceaccounts/api"
    labels = {"metadata": {"labels": {"a": "b"}}}
    world.kubernetes(_PROD, path, "PATCH", labels)
    world.kubernetes(_PROD, f"{path}?dryRun=All", "PATCH", labels)
    world.token(next(iter(world.service_accounts())), "sts.amazonaws.com")

    found = [
        (call["operation"], call["write"], call["parameters"])
        for call in emulator.calls()
        if call["service"] == "kubernetes"
    ]

    named = {"cluster": "prod", "namespace": "shop", "name": "api"}
    assert found[:2] == [
        ("patch serviceaccounts", True, named),
        ("patch serviceaccounts", False, named),
    ]
    assert found[2][:2] == ("create serviceaccounts/token", False)
