"""A relay in front of the emulator that holds answers back, or loses them.

    with AwsRelay(emulated.environment["AWS_ENDPOINT_URL"]) as relay:
        relay.hold_from("CreateRole", 2)  # it and all later writes are done, and not answered
        ...                         # start an engine
        relay.wait_until_held()     # AWS has done it, the engine does not know
        ...                         # kill the engine
        relay.release()

What comes in goes out unchanged; only the time of the answer, or its loss, is the relay's.
"""

import http.client
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

_IAM_READ = re.compile(r"(Get|List|Simulate)")
_PATIENCE_SECONDS = 60.0
_HOP_BY_HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


class AwsRelay:
    """Passes requests on; holds or loses answers to writes as it is told."""

    def __init__(self, target: str) -> None:
        """Prepare to listen on a free loopback port.

        Args:
            target: The address of the emulator.
        """
        self.target = urlsplit(target)
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._changed = threading.Condition()
        self._awaited: str | None = None
        self._before_hold = 0
        self._held = 0
        self._lost: str | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def hold_from(self, operation: str, nth: int = 1) -> None:
        """Hold the answer to a write, and to all writes that come after it.

        Args:
            operation: An IAM action, or a part of method and path; empty for any write.
            nth: Which of these writes from now on.
        """
        with self._changed:
            self._awaited, self._before_hold, self._held = operation, nth, 0

    def wait_until_held(self, answers: int = 1) -> bool:
        """Wait until so many answers are held; False if they are not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._held >= answers, _PATIENCE_SECONDS)

    def release(self) -> None:
        """Let all answers go, now and from now on."""
        with self._changed:
            self._awaited = None
            self._changed.notify_all()

    def lose_answer(self, operation: str) -> None:
        """Break the connection instead of answering the next call of an operation."""
        with self._changed:
            self._lost = operation

    def before_answer(self, operation: str, *, write: bool) -> bool:
        """Wait if the answer is to be held; False if it is to be lost."""
        with self._changed:
            if self._lost and self._lost in operation:
                self._lost = None
                return False
            if write and self._is_to_be_held(operation):
                self._held += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._awaited is None, _PATIENCE_SECONDS)
        return True

    def _is_to_be_held(self, operation: str) -> bool:
        if self._awaited is None:
            return False
        self._before_hold -= self._awaited in operation
        return self._before_hold <= 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a killed client breaks its connections, and that is the point."""


def _handler_of(relay: AwsRelay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            """Ask the emulator, and answer when the relay lets it."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = dict(self.headers.items())
            status, told, answer = _ask(relay, self.command, self.path, headers, body)
            operation, write = _operation(self.command, self.path, body)
            if not relay.before_answer(operation, write=write):
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in told:
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

    # The server looks for methods of these names.
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.pass_on)
    return Handler


def _ask(
    relay: AwsRelay, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(relay.target.hostname or "", relay.target.port)
    try:
        kept = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        connection.request(method, path, body=body, headers=kept)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def _operation(method: str, path: str, body: bytes) -> tuple[str, bool]:
    """Return what is asked for (an IAM action, or method and path) and whether it may write."""
    action = parse_qs(body.decode("latin-1")).get("Action", [""])[0] if method == "POST" else ""
    if action:
        return action, not _IAM_READ.match(action)
    place = urlsplit(path).path
    write = method not in {"GET", "HEAD"} and not place.startswith("/_emulator/")
    return f"{method} {place}", write and "dryRun" not in path
