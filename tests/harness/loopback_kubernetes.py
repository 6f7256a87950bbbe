"""A Kubernetes API on a loopback port that answers as it is told, for tests of who reads one.

    with LoopbackKubernetes() as kubernetes:
        kubernetes.answer("/api/v1/namespaces", [{"metadata": {"name": "web"}}])

Pages of two objects, so that a reader has to ask again. What a cluster does is the emulator's part.
"""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.loopback import LoopbackServer

_PAGE = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came in.

    Attributes:
        target: What stood behind GET: a path, or a whole address if a proxy was asked.
        headers: Its headers by lower-case names.
        caller: The subject of the caller's certificate, if it showed one.
    """

    target: str
    headers: Mapping[str, str]
    caller: str


@dataclass
class LoopbackKubernetes(LoopbackServer):
    """A server.

    Attributes:
        tls: What to serve HTTPS with; None for plain HTTP.
        seen: The requests so far.
    """

    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._collections: dict[str, Sequence[Mapping[str, Any]]] = {}
        self._scripted: list[tuple[int, bytes]] = []
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        if self.tls:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, objects: Sequence[Mapping[str, Any]]) -> None:
        """Have a collection."""
        self._collections[path] = objects

    def refuse(self, status: int, body: str = "{}", *, times: int = 1) -> None:
        """Answer the next requests with a status and no objects."""
        self._scripted += [(status, body.encode())] * times

    def respond(self, seen: Seen) -> tuple[int, bytes]:
        """Take a request down and return status and body."""
        self.seen.append(seen)
        if self._scripted:
            return self._scripted.pop(0)
        place = urlsplit(seen.target)
        found = self._collections.get(place.path)
        if found is None:
            return 404, b'{"kind": "Status", "reason": "NotFound"}'
        start = int(parse_qs(place.query).get("continue", ["0"])[0])
        metadata = {"continue": str(start + _PAGE)} if start + _PAGE < len(found) else {}
        page = {"metadata": metadata, "items": [*found[start : start + _PAGE]]}
        return 200, json.dumps(page).encode()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a caller who does not trust us."""


def _handler_of(server: LoopbackKubernetes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = server.respond(Seen(self.path, headers, _caller(self.connection)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status >= 400:
                self.send_header("Retry-After", "600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _caller(connection: object) -> str:
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    names = [pair for each in (shown or {}).get("subject", ()) for pair in each]
    return dict(names).get("commonName", "")
