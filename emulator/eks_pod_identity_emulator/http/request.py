"""One HTTP request, read whole from the ASGI server.

The path stays as it came: an ARN in a path has its slashes percent-encoded, and decoding it first
would cut it into segments.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client went away before its request was complete; there is nobody to answer."""


@dataclass(frozen=True)
class Request:
    """What a client sent.

    Attributes:
        method: GET, POST and so on.
        raw_path: Path with its percent-encoding.
        query_string: What follows the question mark, undecoded.
        headers: Headers by their lower-case names; repeated ones joined with commas.
        body: The whole body.
        scope: The ASGI scope it came in.
    """

    method: str
    raw_path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    scope: Scope

    def signed_by(self, access_key: str, before: str) -> "Request":
        """Return the request as if it were signed with another access key than before."""
        old, new = f"{before}/".encode(), f"{access_key}/".encode()
        quoted = f"{before}%2F", f"{access_key}%2F"
        headers = [
            (name, value.replace(old, new) if name.lower() == b"authorization" else value)
            for name, value in self.scope["headers"]
        ]
        query = self.query_string.replace(*quoted)
        scope = {**self.scope, "headers": headers, "query_string": query.encode("latin-1")}
        return replace(self, headers=_headers(headers), query_string=query, scope=scope)

    def with_form(self, form: Mapping[str, str]) -> "Request":
        """Return the request with another form in its body."""
        body = urlencode(form).encode()
        headers = [
            (name, str(len(body)).encode() if name.lower() == b"content-length" else value)
            for name, value in self.scope["headers"]
        ]
        scope = {**self.scope, "headers": headers}
        return replace(self, headers=_headers(headers), body=body, scope=scope)

    @cached_property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.raw_path)

    @cached_property
    def query(self) -> Mapping[str, tuple[str, ...]]:
        """Query parameters, each with its values in order; `?acl` has one empty value."""
        return _grouped(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def form(self) -> Mapping[str, str]:
        """Parameters of a form: those of the body before those of the query string."""
        pairs = parse_qsl(self.query_string, keep_blank_values=True)
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            text = self.body.decode("utf-8", errors="replace")
            pairs += parse_qsl(text, keep_blank_values=True)
        return dict(pairs)


def _grouped(pairs: list[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        grouped[name] = (*grouped.get(name, ()), value)
    return grouped


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Return the request of an ASGI http scope, body included.

    Raises:
        ClientGoneError: The client disconnected half-way.
    """
    chunks = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        raw_path=raw_path.decode("latin-1"),
        query_string=scope["query_string"].decode("latin-1"),
        headers=_headers(scope["headers"]),
        body=b"".join(chunks),
        scope=scope,
    )


def _headers(raw: list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
