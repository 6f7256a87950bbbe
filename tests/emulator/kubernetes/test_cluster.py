"""What happens in a cluster when objects are made, changed and deleted."""

import pytest
from harness.associations import Associations
from harness.kubernetes_objects import (
    Object,
    deployment,
    env_of,
    namespace,
    pod,
    service_account,
)

from eks_pod_identity_emulator.kubernetes.cluster import BUILT_IN_NAMESPACES, Cluster
from eks_pod_identity_emulator.kubernetes.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    NAMESPACE,
    POD,
    SERVICE_ACCOUNT,
)
from eks_pod_identity_emulator.kubernetes.refusals import StatusError


def _pods(cluster: Cluster) -> list[dict[str, object]]:
    return [dict(one) for one in cluster.objects.all(POD)]


def test_new_cluster_has_kubernetes_own_namespaces(cluster: Cluster) -> None:
    """The built-in namespaces are there, each with its default service account."""
    names = [one["metadata"]["name"] for one in cluster.objects.all(NAMESPACE)]
    accounts = cluster.objects.all(SERVICE_ACCOUNT)

    assert names == sorted(BUILT_IN_NAMESPACES)
    assert [one["metadata"]["namespace"] for one in accounts] == names


def test_object_gets_its_birth_certificate(cluster: Cluster) -> None:
    """Uid, creation time, version and kind are the server's to give."""
    given = {"metadata": {"name": "shop", "uid": "mine", "resourceVersion": "9"}}
    made = cluster.create(NAMESPACE, given)

    assert made["metadata"]["uid"] not in ("", "mine")
    assert made["metadata"]["creationTimestamp"].endswith("Z")
    assert made["metadata"]["labels"] == {"kubernetes.io/metadata.name": "shop"}
    assert (made["kind"], made["status"]) == ("Namespace", {"phase": "Active"})


def test_name_can_be_generated(cluster: Cluster) -> None:
    """A prefix gets five letters, another five each time."""
    given = {"metadata": {"generateName": "job-", "namespace": "default"}, "spec": pod()["spec"]}
    names = {cluster.create(POD, given)["metadata"]["name"] for _ in range(3)}

    assert len(names) == 3
    assert all(name.startswith("job-") and len(name) == 9 for name in names)


@pytest.mark.parametrize(
    ("kind", "value", "reason", "message"),
    [
        (NAMESPACE, namespace("default"), "AlreadyExists", 'namespaces "default" already exists'),
        (POD, pod(namespace="none"), "NotFound", 'namespaces "none" not found'),
        (NAMESPACE, namespace("No_Name"), "Invalid", 'Namespace "No_Name" is invalid'),
        (NAMESPACE, namespace("a.b"), "Invalid", 'Namespace "a.b" is invalid'),
        (SERVICE_ACCOUNT, service_account("Cart"), "Invalid", "metadata.name"),
        (SERVICE_ACCOUNT, service_account(labels={"a b": "c"}), "Invalid", "metadata.labels"),
        (SERVICE_ACCOUNT, service_account(annotations={"a": 1}), "Invalid", "must be a string"),
        (POD, pod(containers=[]), "Invalid", "spec.containers: Required value"),
        (POD, pod(containers=[{"name": "main"}]), "Invalid", "containers[0].image"),
        (POD, pod(serviceAccountName="none"), "Forbidden", 'serviceaccount "none" not found'),
        (DEPLOYMENT, deployment(selector={}), "Invalid", "spec.selector: Required value"),
        (
            DEPLOYMENT,
            deployment(selector={"matchLabels": {"app": "other"}}),
            "Invalid",
            "`selector` does not match template `labels`",
        ),
        (DEPLOYMENT, deployment(replicas=-1), "Invalid", "must be greater than or equal to 0"),
    ],
)
def test_faulty_object_is_refused(
    cluster: Cluster, kind: object, value: dict[str, object], reason: str, message: str
) -> None:
    """What the API server would refuse is refused, with the reason that clients look at."""
    before = cluster.objects.version
    with pytest.raises(StatusError) as caught:
        cluster.create(kind, value)  # type: ignore[arg-type] # a Kind, from the table above

    assert caught.value.reason == reason
    assert message in caught.value.message
    assert cluster.objects.version == before


def test_all_faults_are_told_at_once(cluster: Cluster) -> None:
    """An object with two faults is refused once, with both."""
    with pytest.raises(StatusError) as caught:
        cluster.create(POD, pod(name="Bad", containers=[]))

    causes = caught.value.details["causes"]
    assert [cause["field"] for cause in causes] == ["metadata.name", "spec.containers"]


def test_change_from_an_old_version_is_a_conflict(cluster: Cluster) -> None:
    """Of two who change the same version, the second is told to look again."""
    made = cluster.create(SERVICE_ACCOUNT, service_account())

    def labelled(value: str) -> dict[str, object]:
        return {**made, "metadata": {**made["metadata"], "labels": {"by": value}}}

    cluster.replace(SERVICE_ACCOUNT, labelled("one"))
    with pytest.raises(StatusError) as caught:
        cluster.replace(SERVICE_ACCOUNT, labelled("two"))

    assert (caught.value.reason, caught.value.code) == ("Conflict", 409)


def test_change_that_changes_nothing_keeps_the_version(cluster: Cluster) -> None:
    """Writing the same again is no change: watches hear nothing of it."""
    made = cluster.create(SERVICE_ACCOUNT, service_account())
    again = cluster.replace(SERVICE_ACCOUNT, dict(made))

    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_dry_run_changes_nothing(cluster: Cluster) -> None:
    """A dry run shows the result and leaves everything as it was."""
    shown = cluster.create(SERVICE_ACCOUNT, service_account(), dry_run=True)

    assert shown["kind"] == "ServiceAccount"
    assert cluster.objects.find(SERVICE_ACCOUNT, "default", "cart") is None


def test_namespace_takes_its_contents_along(cluster: Cluster) -> None:
    """Deleting a namespace deletes all that is in it, and nothing else."""
    made = cluster.create(NAMESPACE, namespace())
    cluster.create(SERVICE_ACCOUNT, service_account(namespace="shop"))
    cluster.create(DEPLOYMENT, deployment(namespace="shop"))
    cluster.create(POD, pod())

    cluster.delete(NAMESPACE, made)

    left = [one["metadata"]["namespace"] for one in _pods(cluster)]  # type: ignore[index]
    assert left == ["default"]
    assert cluster.objects.all(DEPLOYMENT) == []
    assert cluster.objects.all(SERVICE_ACCOUNT, "shop") == []


def test_kubernetes_own_namespaces_stay(cluster: Cluster) -> None:
    """kube-system cannot be deleted."""
    with pytest.raises(StatusError) as caught:
        cluster.delete(NAMESPACE, cluster.objects.get(NAMESPACE, "", "kube-system"))

    assert caught.value.reason == "Forbidden"


def test_deployment_has_its_pods_at_once(cluster: Cluster) -> None:
    """Pods run as soon as the Deployment is there, and its status says so."""
    made = cluster.create(DEPLOYMENT, deployment(replicas=3))

    assert made["status"]["readyReplicas"] == made["status"]["replicas"] == 3
    assert made["status"]["observedGeneration"] == made["metadata"]["generation"] == 1
    assert [one["status"]["phase"] for one in _pods(cluster)] == ["Running"] * 3  # type: ignore[index]


def test_scaling_keeps_the_pods_that_stay(cluster: Cluster) -> None:
    """A scaled Deployment makes or deletes the difference only."""
    made = cluster.create(DEPLOYMENT, deployment(replicas=2))
    before = {one["metadata"]["uid"] for one in _pods(cluster)}  # type: ignore[index]
    more = cluster.replace(DEPLOYMENT, {**made, "spec": {**made["spec"], "replicas": 4}})
    grown = {one["metadata"]["uid"] for one in _pods(cluster)}  # type: ignore[index]
    cluster.replace(DEPLOYMENT, {**more, "spec": {**more["spec"], "replicas": 1}})
    shrunk = {one["metadata"]["uid"] for one in _pods(cluster)}  # type: ignore[index]

    assert before < grown
    assert len(grown) == 4
    assert len(shrunk) == 1
    assert shrunk < grown


def test_new_template_makes_new_pods_with_new_credentials(
    cluster: Cluster, associations: Associations
) -> None:
    """Running pods do not hear of an association; rolled pods do."""
    made = cluster.create(DEPLOYMENT, deployment())
    associations.declare_association("default", "default")
    before = _pods(cluster)
    metadata = {"labels": {"app": "web"}, "annotations": {"rolled": "now"}}
    template = {**made["spec"]["template"], "metadata": metadata}
    cluster.replace(DEPLOYMENT, {**made, "spec": {**made["spec"], "template": template}})
    after = _pods(cluster)

    assert env_of(before[0]) == {}
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in env_of(after[0])
    assert len(after) == 1


def test_deleted_pod_of_a_deployment_comes_back(cluster: Cluster) -> None:
    """A Deployment replaces a pod that is deleted, as another pod."""
    cluster.create(DEPLOYMENT, deployment())
    (old,) = _pods(cluster)
    cluster.delete(POD, old)
    (new,) = _pods(cluster)

    assert new["metadata"]["uid"] != old["metadata"]["uid"]  # type: ignore[index]


def test_deployment_goes_with_its_pods_unless_they_are_orphaned(cluster: Cluster) -> None:
    """Pods go with their Deployment, or stay as orphans if the client asks for that."""
    made = cluster.create(DEPLOYMENT, deployment())
    cluster.delete(DEPLOYMENT, made, orphan=True)
    orphans = _pods(cluster)
    other = cluster.create(DEPLOYMENT, deployment("other"))
    cluster.delete(DEPLOYMENT, other)

    assert len(orphans) == 1
    assert _pods(cluster) == orphans


def test_deployment_waits_for_its_service_account(cluster: Cluster) -> None:
    """Without the service account no pod starts; once it is there, they do."""
    given = deployment()
    given["spec"]["template"]["spec"]["serviceAccountName"] = "cart"
    made = cluster.create(DEPLOYMENT, given)
    cluster.create(SERVICE_ACCOUNT, service_account())
    later = cluster.objects.get(DEPLOYMENT, "default", "web")

    assert made["status"]["readyReplicas"] == 0
    assert [one["type"] for one in made["status"]["conditions"]][-1] == "ReplicaFailure"
    assert later["status"]["readyReplicas"] == 1


def test_daemon_set_has_a_pod_on_every_node(cluster: Cluster) -> None:
    """A DaemonSet runs once per node."""
    made = cluster.create(DAEMON_SET, deployment())
    nodes = {one["spec"]["nodeName"] for one in _pods(cluster)}  # type: ignore[index]

    assert made["status"]["desiredNumberScheduled"] == made["status"]["numberReady"] == 2
    assert len(nodes) == 2


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (DEPLOYMENT, {"selector": {"matchLabels": {"app": "web", "more": "x"}}}),
        (POD, {"serviceAccountName": "other"}),
    ],
)
def test_what_is_fixed_cannot_be_changed(
    cluster: Cluster, kind: object, change: dict[str, object]
) -> None:
    """A selector, and most of a pod, stay as they were made."""
    value = deployment() if kind is DEPLOYMENT else pod()
    made = cluster.create(kind, value)  # type: ignore[arg-type] # a Kind, from the table above
    spec = {**made["spec"], **change}
    if kind is DEPLOYMENT:
        spec["template"] = {**spec["template"], "metadata": {"labels": {"app": "web", "more": "x"}}}

    with pytest.raises(StatusError) as caught:
        cluster.replace(kind, {**made, "spec": spec})  # type: ignore[arg-type] # as above

    assert caught.value.reason == "Invalid"


def test_image_of_a_running_pod_can_be_changed(cluster: Cluster) -> None:
    """A pod's image is the one thing that changes in place."""
    made = cluster.create(POD, pod())
    spec = {**made["spec"], "containers": [{**made["spec"]["containers"][0], "image": "nginx:2"}]}

    changed = cluster.replace(POD, {**made, "spec": spec})

    assert changed["spec"]["containers"][0]["image"] == "nginx:2"


def test_applied_fields_go_when_their_manager_drops_them(cluster: Cluster) -> None:
    """Server-side apply removes what a manager said before, and keeps what others said."""
    name = {"name": "cart", "namespace": "default"}

    def view(**annotations: str) -> dict[str, object]:
        return {"metadata": {**name, "annotations": annotations}}

    codes = [
        cluster.apply(SERVICE_ACCOUNT, view(a="1", b="1"), "pulumi")[0],
        cluster.apply(SERVICE_ACCOUNT, view(c="2"), "kubectl")[0],
        cluster.apply(SERVICE_ACCOUNT, view(b="3"), "pulumi")[0],
    ]
    found = cluster.objects.get(SERVICE_ACCOUNT, "default", "cart")

    assert codes == [201, 200, 200]
    assert found["metadata"]["annotations"] == {"b": "3", "c": "2"}


def test_apply_over_what_others_wrote_is_a_conflict(cluster: Cluster) -> None:
    """Each field is named with its writer; force takes them, and the same value is no conflict."""

    def view(*, image: str, replicas: int) -> Object:
        spec = deployment()["spec"]
        containers = [{"name": "main", "image": image}]
        template = {**spec["template"], "spec": {"containers": containers}}
        return {**deployment(), "spec": {**spec, "replicas": replicas, "template": template}}

    cluster.create(DEPLOYMENT, view(image="nginx:1", replicas=1), "kubectl-create")
    cluster.replace(DEPLOYMENT, view(image="nginx:1", replicas=2), "autoscaler")

    with pytest.raises(StatusError) as one:
        cluster.apply(DEPLOYMENT, view(image="nginx:1", replicas=3), "pulumi")
    with pytest.raises(StatusError) as two:
        cluster.apply(DEPLOYMENT, view(image="nginx:2", replicas=3), "pulumi")
    _, agreed = cluster.apply(DEPLOYMENT, view(image="nginx:1", replicas=2), "pulumi")
    _, forced = cluster.apply(DEPLOYMENT, view(image="nginx:2", replicas=3), "pulumi", force=True)

    assert (one.value.code, one.value.reason) == (409, "Conflict")
    assert one.value.message == (
        'Apply failed with 1 conflict: conflict with "autoscaler" using apps/v1: .spec.replicas'
    )
    assert [(each["message"], each["field"]) for each in two.value.details["causes"]] == [
        ('conflict with "autoscaler" using apps/v1', ".spec.replicas"),
        (
            'conflict with "kubectl-create" using apps/v1',
            '.spec.template.spec.containers[name="main"].image',
        ),
    ]
    assert agreed["spec"]["replicas"] == 2
    assert forced["spec"]["replicas"] == 3
    assert cluster.apply(DEPLOYMENT, view(image="nginx:3", replicas=3), "pulumi")[0] == 200


def test_applied_list_items_go_by_their_key(cluster: Cluster) -> None:
    """Server-side apply takes one variable out of a container and leaves the container."""

    def view(*names: str) -> dict[str, object]:
        given = deployment()
        env = [{"name": name, "value": "x"} for name in names]
        given["spec"]["template"]["spec"]["containers"][0]["env"] = env
        return given

    cluster.apply(DEPLOYMENT, view("A", "B"), "pulumi")
    _, kept = cluster.apply(DEPLOYMENT, view("B", "C"), "pulumi")

    (container,) = kept["spec"]["template"]["spec"]["containers"]
    assert [variable["name"] for variable in container["env"]] == ["B", "C"]
    assert container["image"] == "nginx"
