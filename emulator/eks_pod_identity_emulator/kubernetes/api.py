"""Serves the Kubernetes API of every cluster below /_kubernetes/ACCOUNT/REGION/CLUSTER/."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from eks_pod_identity_emulator.http.request import Receive, Request, Send
from eks_pod_identity_emulator.http.response import Response, json_response, send_response
from eks_pod_identity_emulator.kubernetes import openapi_v2
from eks_pod_identity_emulator.kubernetes.address import Address, parse_address
from eks_pod_identity_emulator.kubernetes.apply import MEDIA_TYPE as APPLY_MEDIA_TYPE
from eks_pod_identity_emulator.kubernetes.authentication import TokenReview, unauthorized
from eks_pod_identity_emulator.kubernetes.bodies import (
    content_type,
    read_body,
    read_object,
    read_patched,
)
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.discovery import discovery_document
from eks_pod_identity_emulator.kubernetes.pages import page_of
from eks_pod_identity_emulator.kubernetes.refusals import (
    StatusError,
    bad_request,
    conflict,
    forbidden_to_all,
    method_not_allowed,
    no_such_path,
)
from eks_pod_identity_emulator.kubernetes.selectors import field_test, label_test
from eks_pod_identity_emulator.kubernetes.store import Object
from eks_pod_identity_emulator.kubernetes.subresources import call_subresource
from eks_pod_identity_emulator.kubernetes.tables import table, wants_table
from eks_pod_identity_emulator.kubernetes.trail import VERBS, KubernetesTrail
from eks_pod_identity_emulator.kubernetes.watch import send_watch
from eks_pod_identity_emulator.seed import KubernetesAccess

_PREFIX = "/_kubernetes/"
_HEALTH = ("healthz", "livez", "readyz")
_ROOT_PARTS = 4


class Clusters(Protocol):
    """Finds the cluster that a path names."""

    def cluster(self, account: str, region: str, name: str) -> tuple[Cluster, str]:
        """Return a cluster and its Kubernetes version, or raise StatusError."""
        ...


class KubernetesApi:
    """Answers the requests of kubectl and its kin."""

    def __init__(self, clusters: Clusters, tokens: TokenReview, trail: KubernetesTrail) -> None:
        self._clusters = clusters
        self._tokens = tokens
        self._trail = trail

    async def answer(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer one request; a watch goes on until its client has enough."""
        parts = request.path.removeprefix(_PREFIX).split("/", _ROOT_PARTS - 1)
        try:
            if len(parts) < _ROOT_PARTS:
                raise no_such_path()
            cluster, version = self._clusters.cluster(*parts[:3])
            self._authorize(cluster, parts[0], request)
            if _flag(request, "watch"):
                address = _address(cluster, parts[3], request)
                await send_watch(cluster.objects, address, request, receive, send)
                return
            response = _respond(cluster, version, parts[3].rstrip("/"), request)
        except StatusError as error:
            response = json_response(error.code, error.status())
        if len(parts) == _ROOT_PARTS:
            account, region, name, path = parts
            self._trail.record((account, region, name), path, request, response.status)
        await send_response(response, send, without_body=request.method == "HEAD")

    def _authorize(self, cluster: Cluster, account: str, request: Request) -> None:
        if cluster.access is KubernetesAccess.UNKNOWN:
            raise unauthorized()
        self._tokens.check(request.headers.get("authorization", ""), account, cluster.now())


def _respond(cluster: Cluster, version: str, path: str, request: Request) -> Response:
    if path in _HEALTH:
        headers = (("content-type", "text/plain"), ("content-length", "2"))
        return Response(200, headers, b"ok")
    if path == openapi_v2.PATH:
        return openapi_v2.openapi_v2(version)
    document = discovery_document(path, version) or _issuer_document(cluster, path, request)
    if document is not None:
        return json_response(200, document)
    address = _address(cluster, path, request)
    code, value = _call(cluster, address, request)
    return json_response(code, value)


def _issuer_document(cluster: Cluster, path: str, request: Request) -> Mapping[str, Any] | None:
    """Return what verifiers of tokens ask the API server for.

    https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
    """
    if path == "openid/v1/jwks":
        return cluster.tokens.key_set()
    if path == ".well-known/openid-configuration":
        root = request.raw_path.removesuffix(path)
        address = f"http://{request.headers.get('host', '')}{root}openid/v1/jwks"
        return cluster.tokens.discovery_document(address)
    return None


def _address(cluster: Cluster, path: str, request: Request) -> Address:
    """Return what a path points to, if the caller may have anything of it."""
    address = parse_address(path)
    if cluster.access is KubernetesAccess.NONE:
        reading = "get" if address.name else "list"
        verb = VERBS.get(request.method, reading)
        raise forbidden_to_all(address.kind, verb, address.namespace)
    return address


def _call(cluster: Cluster, address: Address, request: Request) -> tuple[int, Any]:
    dry_run = "All" in request.query.get("dryRun", ())
    if address.subresource:
        manager = _manager(request)
        return call_subresource(cluster, address, request, manager, dry_run=dry_run)
    match request.method, bool(address.name):
        case ("GET" | "HEAD", _):
            return 200, _shown(cluster, address, request)
        case ("POST", False):
            value = read_object(request, address)
            placed = _placed(value, address)
            return 201, cluster.create(address.kind, placed, _manager(request), dry_run=dry_run)
        case ("PUT", True):
            value = read_object(request, address)
            return 200, cluster.replace(address.kind, value, _manager(request), dry_run=dry_run)
        case ("PATCH", True):
            return _patch(cluster, address, request, dry_run=dry_run)
        case ("DELETE", _):
            return 200, _delete(cluster, address, request, dry_run=dry_run)
    raise method_not_allowed()


def _patch(
    cluster: Cluster, address: Address, request: Request, *, dry_run: bool
) -> tuple[int, Object]:
    if content_type(request) == APPLY_MEDIA_TYPE:
        manager = request.query.get("fieldManager", ("",))[0]
        if not manager:
            raise bad_request("fieldManager is required for apply patch")
        value = read_object(request, address)
        force = _flag(request, "force")
        return cluster.apply(address.kind, value, manager, force=force, dry_run=dry_run)
    observed = cluster.objects.get(address.kind, address.namespace, address.name)
    value = read_patched(request, address, observed)
    return 200, cluster.replace(address.kind, value, _manager(request), dry_run=dry_run)


def _manager(request: Request) -> str:
    """Return who writes: what the client says, or the first word of its User-Agent."""
    named = request.query.get("fieldManager", ("",))[0]
    return named or request.headers.get("user-agent", "").partition("/")[0] or "unknown"


def _placed(value: Object, address: Address) -> Object:
    """Return an object in a namespace: that of its path, or "default"."""
    if not address.kind.namespaced or value["metadata"].get("namespace"):
        return value
    return {**value, "metadata": {**value["metadata"], "namespace": "default"}}


def _shown(cluster: Cluster, address: Address, request: Request) -> Mapping[str, Any]:
    """Return an object, a list of them, or either as a table."""
    version = str(cluster.objects.version)
    found: Sequence[Object]
    if address.name:
        found = [cluster.objects.get(address.kind, address.namespace, address.name)]
        metadata = {"resourceVersion": version}
    else:
        found, metadata = page_of(_selected(cluster, address, request), version, request)
    if wants_table(request):
        return table(address.kind, found, metadata, cluster.now())
    if address.name:
        return found[0]
    return {
        "kind": f"{address.kind.name}List",
        "apiVersion": address.kind.api_version,
        "metadata": metadata,
        "items": found,
    }


def _selected(cluster: Cluster, address: Address, request: Request) -> list[Object]:
    by_label = label_test(request.query.get("labelSelector", ("",))[0])
    by_field = field_test(request.query.get("fieldSelector", ("",))[0])
    found = cluster.objects.all(address.kind, address.namespace)
    return [value for value in found if by_label(value) and by_field(value)]


def _delete(
    cluster: Cluster, address: Address, request: Request, *, dry_run: bool
) -> Mapping[str, Any]:
    options = read_body(request) if request.body else {}
    policy = options.get("propagationPolicy") or request.query.get("propagationPolicy", ("",))[0]
    if address.name:
        doomed = [cluster.objects.get(address.kind, address.namespace, address.name)]
    else:
        doomed = _selected(cluster, address, request)
    for value in doomed:
        _check_preconditions(address, value, options.get("preconditions") or {})
        if not dry_run:
            cluster.delete(address.kind, value, orphan=policy == "Orphan")
    return _deleted(address, doomed)


def _check_preconditions(address: Address, value: Object, wanted: Mapping[str, str]) -> None:
    for name in ("uid", "resourceVersion"):
        observed = value["metadata"][name]
        if wanted.get(name, observed) != observed:
            why = (
                f"Precondition failed: {name} in precondition: {wanted[name]}, "
                f"in object meta: {observed}"
            )
            raise conflict(address.kind, value["metadata"]["name"], why)


def _deleted(address: Address, doomed: list[Object]) -> Mapping[str, Any]:
    details = {"kind": address.kind.plural}
    if address.name:
        details |= {"name": address.name, "uid": doomed[0]["metadata"]["uid"]}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }


def _flag(request: Request, name: str) -> bool:
    return request.query.get(name, ("",))[0] in ("true", "1")
