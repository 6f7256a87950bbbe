"""The ASGI application by itself: what it does when a part of it fails."""

import asyncio
import json
import logging
from typing import Any

import pytest

from eks_pod_identity_emulator.http.app import Application, Parts
from eks_pod_identity_emulator.http.calls import CallLog
from eks_pod_identity_emulator.http.console import Console
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response


class Broken:
    """An AWS with a fault in it."""

    async def answer(self, *_: object) -> Response:
        """Fail."""
        raise ZeroDivisionError


def _send(path: str, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Send a request to an application whose AWS and Kubernetes are broken."""
    pages = Console(CallLog(), list, lambda _seed: {}, lambda _address: None)
    parts = Parts(Broken(), Broken(), Broken(), pages)  # type: ignore[arg-type] # one answers for all
    application = Application(parts, lambda _loop: None)
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    given = iter(messages or ({"type": "http.request", "body": b""},))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(given)

    async def send(message: Any) -> None:  # noqa: ANN401 - an ASGI message
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


@pytest.mark.parametrize("path", ["/clusters", "/_kubernetes/1/r/c/api/v1/pods"])
def test_fault_of_the_emulator_is_told_and_logged(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is a 500 for the client and a traceback for us, and the server goes on."""
    with caplog.at_level(logging.ERROR):
        start, body = _send(path)

    assert start["status"] == 500
    assert "its own output has the details" in json.loads(body["body"])["message"]
    assert "ZeroDivisionError" in caplog.text


def test_client_that_leaves_early_gets_no_answer() -> None:
    """Half a request is no request."""
    half = {"type": "http.request", "body": b"x", "more_body": True}

    assert _send("/", half, {"type": "http.disconnect"}) == []


def test_unknown_page_names_the_pages() -> None:
    """A typing error under /_emulator tells what there is."""
    start, body = _send("/_emulator/call")

    assert start["status"] == 404
    assert "GET /_emulator/calls" in json.loads(body["body"])["message"]


def test_repeated_headers_are_joined() -> None:
    """A header that comes twice is one with both values, as HTTP has it."""
    scope = {"method": "GET", "query_string": b"a=1&a=2&b", "headers": []}
    request = Request("GET", "/a%2Fb", "a=1&a=2&b", {}, b"", scope)

    assert request.query == {"a": ("1", "2"), "b": ("",)}
    assert request.path == "/a/b"
