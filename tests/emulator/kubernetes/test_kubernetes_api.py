"""The Kubernetes API over HTTP: addresses, bodies, refusals, watches, and who the cluster is."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from harness.aws_account import POD_IDENTITY_TRUST
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from harness.kubernetes_objects import env_of, namespace, pod, service_account

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"


class Api:
    """A client of one cluster that sends exactly what it is told."""

    def __init__(self, emulator: RunningEmulator, cluster: str = "demo") -> None:
        """Talk to a cluster of the default account."""
        self._netloc = urlsplit(emulator.url).netloc
        self._root = f"/_kubernetes/{ACCOUNT}/{REGION}/{cluster}"

    def send(
        self, method: str, path: str, body: object = None, media: str = "application/json"
    ) -> tuple[int, Any]:
        """Send a request and return status and JSON."""
        connection = http.client.HTTPConnection(self._netloc)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": media}
        connection.request(
            method, f"{self._root}{path}", None if body is None else content, headers
        )
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        return answer.status, json.loads(found) if found[:1] in b"{[" else found

    @contextmanager
    def watch(self, path: str) -> Iterator[http.client.HTTPResponse]:
        """Begin a watch and give its answer, to be read line by line."""
        connection = http.client.HTTPConnection(self._netloc, timeout=10)
        connection.request("GET", f"{self._root}{path}")
        with closing(connection), connection.getresponse() as answer:
            yield answer


@pytest.fixture
def api(emulator: RunningEmulator) -> Api:
    """The API of `demo`."""
    return Api(emulator)


@pytest.fixture
def shop(api: Api, request: pytest.FixtureRequest) -> str:
    """A namespace of the test's own."""
    name = request.node.name.replace("_", "-").partition("[")[0][:63].rstrip("-")
    assert api.send("POST", "/api/v1/namespaces", namespace(name))[0] == 201
    return str(name)


def test_object_lives_through_all_verbs(api: Api, shop: str) -> None:
    """Create, get, list, replace, patch and delete reach the same object."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"
    made = api.send("POST", path, service_account(namespace=shop))
    labelled = {**made[1], "metadata": {**made[1]["metadata"], "labels": {"a": "b"}}}
    replaced = api.send("PUT", f"{path}/cart", labelled)
    merge = {"metadata": {"labels": {"c": "d"}}}
    patched = api.send("PATCH", f"{path}/cart", merge, "application/merge-patch+json")
    listed = api.send("GET", f"{path}?labelSelector=a%3Db")
    deleted = api.send("DELETE", f"{path}/cart")

    assert [status for status, _ in (made, replaced, patched, listed, deleted)] == [201, *[200] * 4]
    assert patched[1]["metadata"]["labels"] == {"a": "b", "c": "d"}
    assert listed[1]["kind"] == "ServiceAccountList"
    assert [one["metadata"]["name"] for one in listed[1]["items"]] == ["cart"]
    assert deleted[1]["status"] == "Success"
    assert api.send("GET", f"{path}/cart")[0] == 404


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (("GET", "/api/v1/configmaps"), 404, "NotFound"),
        (("GET", "/apis/batch/v1/widgets"), 404, "NotFound"),
        (("GET", "/api/v1/namespaces/x/pods/y/log"), 404, "NotFound"),
        (("POST", "/api/v1/namespaces", {"kind": "Pod"}), 400, "BadRequest"),
        (("POST", "/api/v1/namespaces", []), 400, "BadRequest"),
        (("POST", "/api/v1/namespaces", b"{"), 400, "BadRequest"),
        (("POST", "/api/v1/namespaces", {}, "text/html"), 415, "UnsupportedMediaType"),
        (("PATCH", "/api/v1/namespaces/default", {}), 415, "UnsupportedMediaType"),
        (("PUT", "/api/v1/namespaces", {}), 405, "MethodNotAllowed"),
        (("POST", "/api/v1/namespaces/x/pods", pod(namespace="y")), 400, "BadRequest"),
        (("GET", "/api/v1/pods?labelSelector=a+in+b"), 400, "BadRequest"),
    ],
)
def test_request_that_makes_no_sense(
    api: Api, request_: tuple[Any, ...], status: int, reason: str
) -> None:
    """Every refusal is a Status with the reason that clients look at."""
    found, answer = api.send(*request_)

    assert (found, answer["kind"], answer["reason"]) == (status, "Status", reason)


def test_yaml_is_understood(api: Api, shop: str) -> None:
    """The API server takes YAML as well as JSON."""
    body = b"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: cart}\n"
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"

    assert api.send("POST", path, body, "application/yaml")[0] == 201


def test_deletion_keeps_to_its_preconditions(api: Api, shop: str) -> None:
    """A client that means another object of the same name deletes nothing."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts/default"
    status, answer = api.send("DELETE", path, {"preconditions": {"uid": "other"}})

    assert (status, answer["reason"]) == (409, "Conflict")
    assert api.send("GET", path)[0] == 200


def test_collection_is_deleted_by_selector(api: Api, shop: str) -> None:
    """DELETE of a collection deletes what the selector picks."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"
    for name in ("a", "b"):
        api.send("POST", path, service_account(name, shop, labels={"name": name}))

    api.send("DELETE", f"{path}?labelSelector=name%3Da")

    names = [one["metadata"]["name"] for one in api.send("GET", path)[1]["items"]]
    assert names == ["b", "default"]


def test_watch_tells_what_is_there_and_what_changes(api: Api, shop: str) -> None:
    """A watch sends the objects of now, then each change, and ends when told to."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"
    with api.watch(f"{path}?watch=true&timeoutSeconds=1") as watch:
        first = json.loads(watch.readline())
        api.send("POST", path, service_account(namespace=shop))
        api.send("POST", "/api/v1/namespaces/default/serviceaccounts", service_account(shop))
        api.send("DELETE", f"{path}/cart")
        rest = [json.loads(line) for line in watch.read().splitlines()]

    told = [(one["type"], one["object"]["metadata"]["name"]) for one in [first, *rest]]
    assert told == [("ADDED", "default"), ("ADDED", "cart"), ("DELETED", "cart")]
    versions = [int(one["object"]["metadata"]["resourceVersion"]) for one in rest]
    assert versions == sorted(versions)


def test_watch_goes_on_from_a_known_version(api: Api, shop: str) -> None:
    """A client that has listed gets only what came after."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"
    version = api.send("GET", path)[1]["metadata"]["resourceVersion"]
    api.send("POST", path, service_account(namespace=shop))

    with api.watch(f"{path}?watch=1&resourceVersion={version}&timeoutSeconds=1") as watch:
        told = [json.loads(line)["type"] for line in watch.read().splitlines()]

    assert told == ["ADDED"]


def test_pods_page_shows_what_pods_get(emulator: RunningEmulator, api: Api, shop: str) -> None:
    """An association reaches new pods after its spread delay; /_emulator/pods tells both."""
    eks = emulator.client("eks")
    eks.create_pod_identity_association(
        clusterName="demo", namespace=shop, serviceAccount="default", roleArn=_ROLE
    )
    path = f"/api/v1/namespaces/{shop}/pods"
    early = api.send("POST", path, pod("early", shop))[1]
    time.sleep(0.6)
    late = api.send("POST", path, pod("late", shop))[1]
    (page,) = emulator.ask("GET", "/_emulator/pods")

    uri = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    assert uri not in env_of(early)
    assert uri in env_of(late)
    assert (page["cluster"], page["addonRestarts"]) == ("demo", {})
    would_be = [one for one in page["injections"] if one["namespace"] == shop]
    assert uri in would_be[0]["env"]
    pods = {one["name"]: one["env"] for one in page["pods"] if one["namespace"] == shop}
    assert pods["early"] == {}
    assert pods["late"] == would_be[0]["env"]


def test_cluster_is_the_one_that_eks_has(emulator: RunningEmulator) -> None:
    """No cluster, no API; a cluster made again begins empty."""
    eks = emulator.client("eks")
    iam = emulator.client("iam")
    document = POD_IDENTITY_TRUST.replace("pods.eks", "eks")
    role = iam.create_role(RoleName="cluster", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    api = Api(emulator, "second")
    absent = api.send("GET", "/api/v1/namespaces")
    network = {"subnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]}

    def make() -> None:
        eks.create_cluster(name="second", roleArn=role, resourcesVpcConfig=network)
        eks.get_waiter("cluster_active").wait(name="second", WaiterConfig={"Delay": 1})

    make()
    api.send("POST", "/api/v1/namespaces", namespace())
    eks.delete_cluster(name="second")
    eks.get_waiter("cluster_deleted").wait(name="second", WaiterConfig={"Delay": 1})
    gone = api.send("GET", "/api/v1/namespaces/shop")
    make()

    assert (absent[0], gone[0]) == (404, 404)
    assert "second" in absent[1]["message"]
    assert len(api.send("GET", "/api/v1/namespaces")[1]["items"]) == 4


def test_list_comes_in_pages(api: Api, shop: str) -> None:
    """Each page says how to go on, the last one does not; together they are all there is."""
    path = f"/api/v1/namespaces/{shop}/serviceaccounts"
    for number in range(4):
        api.send("POST", path, service_account(f"sa-{number}", shop))

    code, first = api.send("GET", f"{path}?limit=3")
    token = first["metadata"]["continue"]
    _, last = api.send("GET", f"{path}?limit=3&continue={token}")

    assert code == 200
    assert first["metadata"]["remainingItemCount"] == 2
    assert [each["metadata"]["name"] for each in first["items"]] == ["default", "sa-0", "sa-1"]
    assert [each["metadata"]["name"] for each in last["items"]] == ["sa-2", "sa-3"]
    assert "continue" not in last["metadata"]
    assert last["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


@pytest.mark.parametrize("query", ["limit=many", "continue=%00", "continue=e30="])
def test_page_that_cannot_be_told_is_a_bad_request(api: Api, query: str) -> None:
    """A token is the API server's own, and a limit a number."""
    code, status = api.send("GET", f"/api/v1/namespaces?{query}")

    assert (code, status["reason"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("cluster", "code", "reason"), [("closed", 403, "Forbidden"), ("strange", 401, "Unauthorized")]
)
def test_caller_without_access_is_refused(
    guarded_emulator: RunningEmulator, cluster: str, code: int, reason: str
) -> None:
    """A caller without permissions is told what it may not do, a stranger is told nothing."""
    api = Api(guarded_emulator, cluster)

    for path in ("/api/v1/serviceaccounts", "/api/v1/namespaces?watch=true"):
        told, status = api.send("GET", path)
        assert (told, status["reason"]) == (code, reason)

    assert api.send("GET", "/api/v1")[0] == (200 if code == 403 else 401)
