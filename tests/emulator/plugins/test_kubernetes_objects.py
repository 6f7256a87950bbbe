"""Kubernetes objects of the kubernetes plugin, against the emulator."""

import re
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from harness.plugin_engine import UNKNOWN, CheckFailedError, ProviderClient

NAMESPACE = "kubernetes:core/v1:Namespace"
NAMESPACE_PATCH = "kubernetes:core/v1:NamespacePatch"
ACCOUNT = "kubernetes:core/v1:ServiceAccount"
ACCOUNT_PATCH = "kubernetes:core/v1:ServiceAccountPatch"
POD = "kubernetes:core/v1:Pod"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"


def workload(image: str = "nginx:1", **spec: object) -> dict[str, Any]:
    """Return the spec of a deployment or daemon set."""
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [{"name": "c", "image": image}]},
    }
    return {"selector": {"matchLabels": {"app": "x"}}, "template": template, **spec}


def test_object_without_a_name_gets_one_and_is_marked(kubernetes_provider: ProviderClient) -> None:
    """The annotation tells later runs that the name may change with a replacement."""
    inputs = kubernetes_provider.check(ACCOUNT, "app", {})

    assert re.fullmatch(r"app-[0-9a-f]{8}", inputs["metadata"]["name"])
    assert inputs["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert inputs["metadata"]["namespace"] == "default"
    assert (inputs["apiVersion"], inputs["kind"]) == ("v1", "ServiceAccount")


def test_made_up_name_stays(kubernetes_provider: ProviderClient) -> None:
    """A second run does not rename."""
    first = kubernetes_provider.check(ACCOUNT, "app", {})
    labelled = {"metadata": {"labels": {"a": "1"}}}

    again = kubernetes_provider.check(ACCOUNT, "other", labelled, first)

    assert again["metadata"]["name"] == first["metadata"]["name"]
    assert again["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}


def test_given_names_and_unknown_ones_are_left_alone(kubernetes_provider: ProviderClient) -> None:
    """What the program says, or will say, is its own."""
    for name in ("mine", UNKNOWN):
        inputs = kubernetes_provider.check(NAMESPACE, "x", {"metadata": {"name": name}})
        assert inputs["metadata"] == {"name": name}
    assert kubernetes_provider.check(ACCOUNT, "x", {"metadata": UNKNOWN})["metadata"] == UNKNOWN


def test_faults_of_arguments_are_told_with_their_places(
    kubernetes_provider: ProviderClient,
) -> None:
    """A misspelt field deep inside a pod is found in the preview."""
    spec = {"container": [], "containers": [{"image": "x", "ports": [{"containerPort": "http"}]}]}

    with pytest.raises(CheckFailedError) as caught:
        kubernetes_provider.check(POD, "p", {"spec": spec})

    assert caught.value.reasons == [
        (
            "Invalid or unknown key 'container'; did you mean 'containers'?. "
            "Examine values at 'p.spec.container'."
        ),
        "Missing required property 'spec.containers[0].name'",
        (
            "expected an integer, got 'http'. "
            "Examine values at 'p.spec.containers[0].ports[0].containerPort'."
        ),
    ]


def test_type_that_is_not_there_is_an_error(kubernetes_provider: ProviderClient) -> None:
    """The answer lists what there is."""
    with pytest.raises(grpc.RpcError, match="kubernetes:core/v1:ServiceAccount"):
        kubernetes_provider.check("kubernetes:core/v1:Secret", "s", {})


def test_service_account_lives(kubernetes_provider: ProviderClient) -> None:
    """Made, changed in place, seen again, and deleted."""
    news = {"metadata": {"name": "sa", "labels": {"a": "1", "b": "2"}}}
    made = kubernetes_provider.make(ACCOUNT, "sa", news)
    assert made.id == "default/sa"
    assert made.state["metadata"]["uid"]
    assert kubernetes_provider.diff(made, news).steps == {}

    news = {"metadata": {"name": "sa", "labels": {"a": "2"}}}
    plan = kubernetes_provider.diff(made, news)
    preview = kubernetes_provider.change(made, news, preview=True)
    changed = kubernetes_provider.change(made, news)

    assert plan.steps == {"metadata.labels.a": "update", "metadata.labels.b": "delete"}
    assert plan.replaces == ()
    assert preview.state["metadata"]["labels"] == changed.state["metadata"]["labels"] == {"a": "2"}
    assert kubernetes_provider.diff(changed, news).steps == {}
    kubernetes_provider.remove(changed)
    assert kubernetes_provider.refresh(changed) is None
    kubernetes_provider.remove(changed)


def test_what_others_wrote_is_left_alone(
    kubernetes_provider: ProviderClient, label_by_hand: Callable[..., None]
) -> None:
    """A label that the program never named is neither drift nor lost at an update."""
    news = {"metadata": {"name": "shared", "labels": {"a": "1"}}}
    made = kubernetes_provider.make(ACCOUNT, "shared", news)
    label_by_hand("/api/v1/namespaces/default/serviceaccounts/shared", {"theirs": "x"})
    seen = kubernetes_provider.refresh(made)
    assert seen
    assert kubernetes_provider.diff(seen, news).steps == {}

    changed = kubernetes_provider.change(
        seen, {"metadata": {"name": "shared", "labels": {"a": "2"}}}
    )

    assert changed.state["metadata"]["labels"] == {"a": "2", "theirs": "x"}
    kubernetes_provider.remove(changed)


def test_refresh_sees_what_was_changed_by_hand(
    kubernetes_provider: ProviderClient, label_by_hand: Callable[..., None]
) -> None:
    """A label that the program does name is put back by the next run."""
    news = {"metadata": {"name": "drift", "labels": {"a": "1"}}}
    made = kubernetes_provider.make(ACCOUNT, "drift", news)
    label_by_hand("/api/v1/namespaces/default/serviceaccounts/drift", {"a": "by-hand"})

    seen = kubernetes_provider.refresh(made)

    assert seen
    assert seen.inputs["metadata"]["labels"] == {"a": "by-hand"}
    assert kubernetes_provider.diff(seen, news).steps == {"metadata.labels.a": "update"}
    assert kubernetes_provider.change(seen, news).state["metadata"]["labels"] == {"a": "1"}
    kubernetes_provider.remove(made)


def test_what_another_manager_wrote_is_a_conflict(
    kubernetes_provider: ProviderClient, label_by_hand: Callable[..., None]
) -> None:
    """As the real one, it takes back what `kubectl apply` wrote and nothing else, unless forced."""
    path = "/api/v1/namespaces/default/serviceaccounts/contended"
    news = {"metadata": {"name": "contended", "labels": {"a": "1", "b": "1"}}}
    made = kubernetes_provider.make(ACCOUNT, "contended", news)
    label_by_hand(path, {"a": "2"}, "kubectl-label")
    label_by_hand(path, {"b": "1", "c": "theirs"}, "helm")
    seen = kubernetes_provider.refresh(made)
    assert seen

    foretold = kubernetes_provider.change(seen, news, preview=True)
    with pytest.raises(grpc.RpcError) as caught:
        kubernetes_provider.change(seen, news)
    forced = {"pulumi.com/patchForce": "true"}
    annotated = {"metadata": {**news["metadata"], "annotations": forced}}
    changed = kubernetes_provider.change(seen, annotated)

    assert foretold.state["metadata"]["labels"]["a"] == "1"
    text = caught.value.details()
    assert 'conflict with "kubectl-label" using v1: .metadata.labels.a' in text
    assert "server-side apply field conflict detected" in text
    assert changed.state["metadata"]["labels"] == {"a": "1", "b": "1", "c": "theirs"}
    kubernetes_provider.remove(changed)


def test_patch_resource_conflicts_too(kubernetes_provider: ProviderClient) -> None:
    """What others say stays theirs; what they say as well is shared."""
    theirs = kubernetes_provider.make(
        ACCOUNT, "base", {"metadata": {"name": "shared-patch", "labels": {"a": "1"}}}
    )
    same = {"metadata": {"name": "shared-patch", "labels": {"a": "1"}}}
    other = {"metadata": {"name": "shared-patch", "labels": {"a": "2"}}}
    forced = {**other["metadata"], "annotations": {"pulumi.com/patchForce": "true"}}

    agreed = kubernetes_provider.make(ACCOUNT_PATCH, "agrees", same)
    with pytest.raises(grpc.RpcError, match=r"conflict with .pulumi-kubernetes"):
        kubernetes_provider.make(ACCOUNT_PATCH, "differs", other)
    taken = kubernetes_provider.make(ACCOUNT_PATCH, "takes", {"metadata": forced})

    assert agreed.state["metadata"]["labels"] == {"a": "1"}
    assert taken.state["metadata"]["labels"] == {"a": "2"}
    kubernetes_provider.remove(theirs)


def test_object_that_exists_is_not_taken_over(kubernetes_provider: ProviderClient) -> None:
    """The error says what to do, as the real provider's does."""
    made = kubernetes_provider.make(NAMESPACE, "one", {"metadata": {"name": "taken"}})

    with pytest.raises(grpc.RpcError) as caught:
        kubernetes_provider.make(NAMESPACE, "two", {"metadata": {"name": "taken"}})

    text = caught.value.details()
    assert 'namespaces "taken" already exists' in text
    assert "use `pulumi import`" in text
    kubernetes_provider.remove(made)


def test_provider_that_upserts_takes_over_and_deletes(
    kubernetes_provider: ProviderClient, upserting_provider: ProviderClient
) -> None:
    """As harsh as the real one: what was somebody else's goes with the stack."""
    theirs = kubernetes_provider.make(
        ACCOUNT, "theirs", {"metadata": {"name": "upserted", "labels": {"owner": "them"}}}
    )
    ours = {"metadata": {"name": "upserted", "labels": {"owner": "us"}}}

    upserting_provider.preview(ACCOUNT, "ours", ours)
    untouched = kubernetes_provider.refresh(theirs)
    made = upserting_provider.make(ACCOUNT, "ours", ours)
    upserting_provider.remove(made)

    assert untouched
    assert untouched.state["metadata"]["labels"] == {"owner": "them"}
    assert made.state["metadata"]["uid"] == theirs.state["metadata"]["uid"]
    assert made.state["metadata"]["labels"] == {"owner": "us"}
    assert kubernetes_provider.refresh(theirs) is None


def test_patch_resource_adds_to_what_others_made_and_takes_back_its_own(
    kubernetes_provider: ProviderClient,
) -> None:
    """Its end is not the object's end."""
    theirs = kubernetes_provider.make(
        ACCOUNT, "base", {"metadata": {"name": "patched", "labels": {"owner": "them"}}}
    )
    ours = {"metadata": {"name": "patched", "labels": {"a": "1", "b": "2"}}}
    made = kubernetes_provider.make(ACCOUNT_PATCH, "patch", ours)
    changed = kubernetes_provider.change(
        made, {"metadata": {"name": "patched", "labels": {"a": "3"}}}
    )
    kubernetes_provider.remove(changed)
    left = kubernetes_provider.refresh(theirs)

    assert made.state["metadata"]["labels"] == {"owner": "them", "a": "1", "b": "2"}
    assert changed.state["metadata"]["labels"] == {"owner": "them", "a": "3"}
    assert left
    assert left.state["metadata"]["labels"] == {"owner": "them"}
    kubernetes_provider.remove(theirs)


def test_patch_resource_makes_a_namespace_that_is_missing(
    kubernetes_provider: ProviderClient,
) -> None:
    """Applied twice under two names it is one namespace, which stays."""
    news = {"metadata": {"name": "wanted"}}
    assert kubernetes_provider.preview(NAMESPACE_PATCH, "one", news)["metadata"] == news["metadata"]

    one = kubernetes_provider.make(NAMESPACE_PATCH, "one", news)
    two = kubernetes_provider.make(NAMESPACE_PATCH, "two", news)
    assert kubernetes_provider.diff(one, news).steps == {}
    for each in (one, two):
        kubernetes_provider.remove(each)

    assert one.id == two.id == "wanted"
    found = kubernetes_provider.adopt(NAMESPACE, "found", "wanted")
    assert found
    assert kubernetes_provider.adopt(NAMESPACE_PATCH, "patch", "wanted") is None
    kubernetes_provider.remove(found)


def test_patch_resource_must_name_its_object(kubernetes_provider: ProviderClient) -> None:
    """No name is made up for an object of somebody else."""
    with pytest.raises(CheckFailedError) as caught:
        kubernetes_provider.check(NAMESPACE_PATCH, "nameless", {})

    assert caught.value.reasons == ["patch resources require the `.metadata.name` field to be set"]


def test_named_object_is_replaced_after_the_old_one_is_gone(
    kubernetes_provider: ProviderClient,
) -> None:
    """Two objects of one name cannot stand side by side, made-up names can."""
    spec = {"containers": [{"name": "c", "image": "nginx:1"}]}
    other = {"containers": [{"name": "c", "image": "nginx:2"}]}
    named = kubernetes_provider.make(POD, "named", {"metadata": {"name": "pod"}, "spec": spec})
    free = kubernetes_provider.make(POD, "free", {"spec": spec})

    plan = kubernetes_provider.diff(named, {"metadata": {"name": "pod"}, "spec": other})
    elsewhere = {"metadata": {"name": "pod", "namespace": "kube-public"}, "spec": spec}

    assert plan.steps == {"spec.containers[0].image": "update_replace"}
    assert plan.delete_first
    assert not kubernetes_provider.diff(free, {"spec": other}).delete_first
    moved = kubernetes_provider.diff(named, elsewhere)
    assert moved.steps == {"metadata.namespace": "update_replace"}
    assert not moved.delete_first
    for pod in (named, free):
        kubernetes_provider.remove(pod)


def test_pod_runs_before_it_counts_as_made(kubernetes_provider: ProviderClient) -> None:
    """The state of a pod tells what became of it."""
    spec = {"containers": [{"name": "c", "image": "nginx:1"}], "serviceAccountName": "default"}

    made = kubernetes_provider.make(POD, "runs", {"spec": spec})

    assert made.state["status"]["phase"] == "Running"
    assert kubernetes_provider.diff(made, {"spec": spec}).steps == {}
    kubernetes_provider.remove(made)


@pytest.mark.parametrize("token", [DEPLOYMENT, DAEMON_SET])
def test_workload_rolls_out_in_place(kubernetes_provider: ProviderClient, token: str) -> None:
    """A new image is an update; another selector is another workload."""
    news = {"metadata": {"name": "web"}, "spec": workload()}
    made = kubernetes_provider.make(token, "web", news)
    assert made.id == "default/web"
    assert kubernetes_provider.diff(made, news).steps == {}

    changed = kubernetes_provider.change(made, {**news, "spec": workload("nginx:2")})
    other = workload("nginx:2", selector={"matchLabels": {"app": "y"}})
    plan = kubernetes_provider.diff(changed, {**news, "spec": other})

    containers = changed.state["spec"]["template"]["spec"]["containers"]
    assert containers[0]["image"] == "nginx:2"
    assert plan.replaces == ("spec",)
    assert plan.delete_first
    kubernetes_provider.remove(changed)


def test_preview_tells_what_is_given_and_leaves_the_rest_open(
    kubernetes_provider: ProviderClient,
) -> None:
    """A uid or a status does not exist before the object does."""
    outputs = kubernetes_provider.preview(ACCOUNT, "soon", {"metadata": {"name": "soon"}})

    assert outputs["metadata"] == {"name": "soon", "namespace": "default"}
    assert "status" not in outputs


def test_object_that_the_cluster_would_refuse_fails_the_preview(
    kubernetes_provider: ProviderClient,
) -> None:
    """The API server is asked before anything is made."""
    with pytest.raises(grpc.RpcError, match="Invalid value"):
        kubernetes_provider.preview(NAMESPACE, "bad", {"metadata": {"name": "Not_A_Name"}})


def test_object_is_imported_by_namespace_and_name(kubernetes_provider: ProviderClient) -> None:
    """The arguments of an import have no difference to what is there."""
    found = kubernetes_provider.adopt(ACCOUNT, "d", "kube-system/default")

    assert found
    assert found.inputs["metadata"] == {"name": "default", "namespace": "kube-system"}
    assert kubernetes_provider.diff(found, found.inputs).steps == {}
    assert kubernetes_provider.adopt(NAMESPACE, "d", "nowhere") is None


def test_functions_are_refused(kubernetes_provider: ProviderClient) -> None:
    """The stand-in has none, and says so."""
    with pytest.raises(grpc.RpcError, match="unrecognized function: kubernetes:yaml:decode"):
        kubernetes_provider.invoke("kubernetes:yaml:decode")
