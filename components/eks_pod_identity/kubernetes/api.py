"""Collections of a Kubernetes API, over HTTP, page by page.

In: an `Access` and the path of a collection. Out: its objects as JSON, or `UnreadableError` in
words of ours. Little patience: who asks can do without an answer.
https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
"""

import json
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InsecureRequestWarning,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)

from eks_pod_identity.kubernetes.access import Access, UnreachableError, UnreadableError

_PAGE = 500
_TIMEOUT = urllib3.Timeout(connect=3, read=15)
_RETRIES = urllib3.Retry(
    total=4,
    connect=0,
    other=0,
    read=1,
    redirect=0,
    status_forcelist=(429, 500, 502, 503, 504),
    backoff_factor=0.2,
    respect_retry_after_header=False,  # nobody here waits as long as a server may wish
    raise_on_status=False,
)


class KubernetesApi:
    """Reads one cluster's API."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def create(self, path: str, value: Mapping[str, Any], *, dry_run: bool) -> tuple[int, bytes]:
        """Create an object, or have the API server act as if; return HTTP status and body.

        Args:
            path: The collection's, such as `/api/v1/namespaces/web/pods`.
            value: The object.
            dry_run: Whether nothing is kept.

        Raises:
            UnreadableError: Nobody answers.
        """
        query = "?dryRun=All" if dry_run else ""
        return self._ask("POST", path + query, json=value)

    def list(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a collection.

        Args:
            path: Such as `/api/v1/namespaces`.

        Raises:
            UnreadableError: Nobody answers, or the caller may not read it.
        """
        page = self._get(path, {"limit": str(_PAGE)})
        yield from page["items"]
        while token := page["metadata"].get("continue"):
            page = self._get(path, {"limit": str(_PAGE), "continue": token})
            yield from page["items"]

    def get(self, path: str) -> Mapping[str, Any] | None:
        """Return one object, or None if there is none.

        Args:
            path: Such as `/api/v1/nodes/ip-10-0-1-10.internal`.

        Raises:
            UnreadableError: Nobody answers, or the caller may not read it.
        """
        status, body = self._ask("GET", path)
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise self._error(_refusal(status, body, path.rpartition("/")[0], "get"))
        try:
            found: Mapping[str, Any] = json.loads(body)
        except ValueError as error:
            raise self._error("is no Kubernetes API") from error
        return found

    def _get(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        status, body = self._ask("GET", path, fields=dict(query))
        if status != HTTPStatus.OK:
            raise self._error(_refusal(status, body, path))
        try:
            value = json.loads(body)
            return {"items": value["items"] or (), "metadata": value["metadata"]}
        except (ValueError, KeyError, TypeError) as error:
            raise self._error("is no Kubernetes API") from error

    def _ask(self, method: str, path: str, **content: Any) -> tuple[int, bytes]:  # noqa: ANN401 - urllib3's own, passed on
        headers = {"Accept": "application/json"}
        if self._access.token:
            headers["Authorization"] = f"Bearer {self._access.token}"
        try:
            answer = self._pool.request(
                method, self._access.server + path, headers=headers, **content
            )
        except (HTTPError, OSError, ValueError) as error:
            raise UnreachableError(f"{self._access.server} {_reason(error)}") from error
        return answer.status, answer.data

    def _error(self, reason: str) -> UnreadableError:
        return UnreadableError(f"{self._access.server} {reason}")

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        options: dict[str, Any] = {"timeout": _TIMEOUT, "retries": _RETRIES}
        if urlsplit(self._access.server).scheme == "https":  # older urllib3 refuses them elsewhere
            options |= _tls(self._access)
        proxy = self._access.proxy or _ambient_proxy(self._access.server)
        return urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)


def _ambient_proxy(server: str) -> str:
    """Return the proxy that the environment names for an address, as kubectl and boto3 do."""
    place = urlsplit(server)
    if not place.hostname or proxy_bypass(place.hostname):
        return ""
    return getproxies().get(place.scheme, "")


def _tls(access: Access) -> dict[str, Any]:
    name = access.tls_name or None
    return {
        "ssl_context": _context(access),
        "server_hostname": name,
        "assert_hostname": False if access.insecure else name,
    }


def _context(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=access.authority or None)
    if access.insecure:
        # Whoever wrote so into the kubeconfig knows; kubectl says nothing either.
        urllib3.disable_warnings(InsecureRequestWarning)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if access.certificate:
        # Python's ssl takes a certificate of the caller's from a file only.
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "caller.pem")
            file.touch(mode=0o600)
            file.write_text(f"{access.certificate}\n{access.key}", encoding="ascii")
            context.load_cert_chain(file, password="")  # no question on the terminal
    return context


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, MaxRetryError) else error
    match cause:
        case NameResolutionError():
            return "cannot be resolved"
        case NewConnectionError():
            return "cannot be connected to"
        case ConnectTimeoutError():  # which the two above are as well
            return "does not answer"
        case _:
            return f"cannot be read: {cause}"


def _refusal(status: int, body: bytes, path: str, verb: str = "list") -> str:
    collection = path.rpartition("/")[2]
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return "does not know the caller (401), who needs an access entry of the cluster"
        case HTTPStatus.FORBIDDEN:
            return f"does not let the caller {verb} {collection} (403)"
        case _:
            return f"answers {status}: {body[:200].decode(errors='replace')}"
