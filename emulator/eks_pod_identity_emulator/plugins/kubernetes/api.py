"""The kubernetes API of one cluster, over HTTP.

What goes in: objects as dicts. What comes out: objects, or `ApiStatusError` with the API
server's own sentence, or `UnreachableError`.
"""

import http.client
import json
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from eks_pod_identity_emulator.plugins.kubernetes.kinds import Kind
from eks_pod_identity_emulator.plugins.kubernetes.kubeconfig import Access
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import Value

MANAGER = "pulumi-kubernetes"
_TIMEOUT = 60.0
_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"
_APPLY_PATCH = "application/apply-patch+yaml"
_NOT_FOUND = 404
_CONFLICT = re.compile(r'conflict with "([^"]+)"')


class UnreachableError(PluginError):
    """Nobody answered."""


class ApiStatusError(PluginError):
    """The API server refused.

    Attributes:
        code: HTTP status.
        reason: Machine-readable reason, such as AlreadyExists.
        conflicts: The managers that wrote what was to be applied otherwise.
    """

    def __init__(
        self, code: int, reason: str, message: str, conflicts: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.conflicts = conflicts


@dataclass(frozen=True)
class Api:
    """Calls to one cluster."""

    access: Access

    def create(self, kind: Kind, value: Mapping[str, Any], *, dry_run: bool = False) -> Value:
        """Make an object."""
        path = _path(kind, value["metadata"].get("namespace", ""))
        return self._call("POST", path, _JSON, value, dry_run=dry_run)

    def read(self, kind: Kind, namespace: str, name: str) -> Value:
        """Return an object; None if there is none."""
        try:
            return self._call("GET", _path(kind, namespace, name))
        except ApiStatusError as refusal:
            if refusal.code == _NOT_FOUND:
                return None
            raise

    def patch(
        self, kind: Kind, namespace: str, name: str, patch: Mapping[str, Any], *, dry_run: bool
    ) -> Value:
        """Change an object by a merge patch."""
        path = _path(kind, namespace, name)
        return self._call("PATCH", path, _MERGE_PATCH, patch, dry_run=dry_run)

    def apply(
        self,
        kind: Kind,
        value: Mapping[str, Any],
        manager: str,
        *,
        force: bool = False,
        dry_run: bool = False,
    ) -> Value:
        """Make an object, or merge what a manager says into the one that is there."""
        metadata = value["metadata"]
        path = _path(kind, metadata.get("namespace", ""), metadata["name"])
        manager += "&force=true" if force else ""
        return self._call("PATCH", path, _APPLY_PATCH, value, manager=manager, dry_run=dry_run)

    def delete(self, kind: Kind, namespace: str, name: str, propagation: str) -> None:
        """Remove an object; one that is gone already is no error."""
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
        try:
            self._call("DELETE", _path(kind, namespace, name), _JSON, options)
        except ApiStatusError as refusal:
            if refusal.code != _NOT_FOUND:
                raise

    def _call(  # noqa: PLR0913 - a request has this many parts
        self,
        method: str,
        path: str,
        content_type: str = _JSON,
        body: Mapping[str, Any] | None = None,
        *,
        manager: str = MANAGER,
        dry_run: bool = False,
    ) -> Value:
        query = f"?fieldManager={manager}" if body is not None and method != "DELETE" else ""
        query += "&dryRun=All" if dry_run else ""
        connection = self._connect()
        try:
            payload = None if body is None else json.dumps(body)
            headers = {"Accept": _JSON, "Content-Type": content_type, **self._authorization()}
            connection.request(method, f"{self._base}{path}{query}", payload, headers)
            answer = connection.getresponse()
            return _read_answer(answer.status, answer.read())
        except (OSError, http.client.HTTPException) as error:
            server = self.access.server
            raise UnreachableError(
                f"configured Kubernetes cluster is unreachable: {server}: {error}"
            ) from error
        finally:
            connection.close()

    def _authorization(self) -> dict[str, str]:
        header = self.access.authorization()
        return {"Authorization": header} if header else {}

    @property
    def _base(self) -> str:
        return urlsplit(self.access.server).path

    def _connect(self) -> http.client.HTTPConnection:
        place = urlsplit(self.access.server)
        host = place.hostname or ""
        if place.scheme == "http":
            return http.client.HTTPConnection(host, place.port, timeout=_TIMEOUT)
        return http.client.HTTPSConnection(
            host, place.port, timeout=_TIMEOUT, context=self._certificates
        )

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.access.authority or None)
        if self.access.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _path(kind: Kind, namespace: str, name: str = "") -> str:
    root = "/api/v1" if kind.api_version == "v1" else f"/apis/{kind.api_version}"
    place = f"/namespaces/{namespace or 'default'}" if kind.namespaced else ""
    return f"{root}{place}/{kind.plural}{f'/{name}' if name else ''}"


def _conflicting(details: Mapping[str, Any]) -> Iterator[str]:
    for cause in details.get("causes") or ():
        named = _CONFLICT.match(cause.get("message", ""))
        if cause.get("reason") == "FieldManagerConflict" and named:
            yield named[1]


def _read_answer(status: int, body: bytes) -> Value:
    try:
        value = json.loads(body)
    except ValueError:
        value = {"message": body.decode(errors="replace")[:200]}
    if status >= http.client.BAD_REQUEST:
        reason, message = value.get("reason", ""), value.get("message", "")
        raise ApiStatusError(
            status,
            str(reason),
            str(message or http.client.responses.get(status, "")),
            frozenset(_conflicting(value.get("details") or {})),
        )
    return value
