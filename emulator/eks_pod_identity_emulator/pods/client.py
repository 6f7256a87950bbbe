"""Asks a running emulator about pods and their tokens, over HTTP as any other client."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit

from eks_pod_identity_emulator.json_value import Json

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECONDS = 30.0


class PodError(Exception):
    """A pod cannot be found or asked for; the text is for the user."""


@dataclass(frozen=True, slots=True)
class PodPlace:
    """Where a pod is.

    Attributes:
        account: Account of its cluster.
        region: Region of its cluster.
        cluster: Name of its cluster.
        agent: Whether the Pod Identity Agent runs on the cluster's nodes.
        namespace: Its namespace.
        name: Its name.
    """

    account: str
    region: str
    cluster: str
    agent: bool
    namespace: str
    name: str


class EmulatorClient:
    """A running emulator."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the address that AWS clients are given.

        Raises:
            PodError: There is none, or it is not an emulator's.
        """
        address = environment.get("AWS_ENDPOINT_URL", "").rstrip("/")
        if urlsplit(address).hostname not in _LOOPBACK:
            raise PodError(
                "no emulator: run this inside of `exec`, "
                "or set AWS_ENDPOINT_URL to the address that `serve` prints"
            )
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def find(self, pod: str, cluster: str | None) -> PodPlace:
        """Return where the pod NAMESPACE/NAME is.

        Raises:
            PodError: It is nowhere, or in several clusters and none was named.
        """
        namespace, slash, name = pod.partition("/")
        if not slash or not name or "/" in name:
            raise PodError(f"{pod!r} is not NAMESPACE/POD")
        found = [
            PodPlace(one["account"], one["region"], one["cluster"], one["agent"], namespace, name)
            for one in self._ask("GET", "/_emulator/pods")
            if cluster in (None, one["cluster"])
            and any((each["namespace"], each["name"]) == (namespace, name) for each in one["pods"])
        ]
        if not found:
            where = f" in cluster {cluster}" if cluster else ""
            raise PodError(f'pods "{name}" not found in namespace {namespace}{where}')
        if len(found) > 1:
            names = ", ".join(one.cluster for one in found)
            raise PodError(f"{pod} is in the clusters {names}; choose one with --cluster")
        return found[0]

    def pod(self, place: PodPlace) -> dict[str, Any]:
        """Return a pod as its API server shows it."""
        shown: dict[str, Any] = self._ask("GET", f"{_root(place)}/pods/{quote(place.name)}")
        return shown

    def token(self, place: PodPlace, pod: Mapping[str, Any], source: Mapping[str, Any]) -> str:
        """Return a token of the pod's service account, as a kubelet asks for it.

        Args:
            place: Where the pod is.
            pod: The pod.
            source: The serviceAccountToken of one of its projected volumes.
        """
        spec = {
            "expirationSeconds": source.get("expirationSeconds", 3_600),
            "boundObjectRef": {
                "kind": "Pod",
                "apiVersion": "v1",
                "name": place.name,
                "uid": pod["metadata"]["uid"],
            },
        }
        if source.get("audience"):
            spec["audiences"] = [source["audience"]]
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        account = pod["spec"]["serviceAccountName"]
        path = f"{_root(place)}/serviceaccounts/{quote(account)}/token"
        return str(self._ask("POST", path, body)["status"]["token"])

    def _ask(self, method: str, path: str, body: Json = None) -> Any:  # noqa: ANN401 - JSON
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        url = f"{self.address}{path}"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - loopback
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise PodError(_reason(error)) from error
        except (URLError, OSError, ValueError) as error:
            raise PodError(f"no emulator answers at {self.address}: {error}") from error


def _root(place: PodPlace) -> str:
    cluster = f"{place.account}/{place.region}/{place.cluster}"
    return f"/_kubernetes/{cluster}/api/v1/namespaces/{quote(place.namespace)}"


def _reason(error: HTTPError) -> str:
    """Return the sentence of a Status, or the status itself."""
    try:
        return str(json.load(error)["message"])
    except (ValueError, KeyError):
        return f"{error.code} {HTTPStatus(error.code).phrase}"
