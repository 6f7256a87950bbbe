"""Watches: the changes to objects, sent line by line until the client has enough.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from eks_pod_identity_emulator.http.request import Receive, Request, Send
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.address import Address
from eks_pod_identity_emulator.kubernetes.refusals import StatusError, bad_request
from eks_pod_identity_emulator.kubernetes.selectors import Test, field_test, label_test
from eks_pod_identity_emulator.kubernetes.store import Change, Object, ObjectStore

_LONGEST = 1_800.0  # seconds; a real API server ends watches after half an hour to an hour, too


async def send_watch(
    objects: ObjectStore, address: Address, request: Request, receive: Receive, send: Send
) -> None:
    """Send what is there, unless the client knows it, and then every change.

    Raises:
        StatusError: The request cannot be understood; nothing was sent then.
    """
    wanted = _wanted(address, request)
    known = request.query.get("resourceVersion", ("",))[0]
    if known and not known.isdecimal():
        raise bad_request(f"resourceVersion: Invalid value: {known!r}")
    start = objects.version if known in ("", "0") else int(known)
    present = objects.all(address.kind, address.namespace) if known in ("", "0") else []
    objects.changes_since(start)
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _send_lines((_line("ADDED", value) for value in present if wanted(value)), send)
    async with contextlib.aclosing(_changes(objects, start, receive, _timeout(request))) as changes:
        async for change in changes:
            await _send_lines(_told(change, address, wanted), send)
    await send({"type": "http.response.body", "body": b""})


def _wanted(address: Address, request: Request) -> Test:
    by_label = label_test(request.query.get("labelSelector", ("",))[0])
    by_field = field_test(request.query.get("fieldSelector", ("",))[0])
    return lambda value: (
        by_label(value) and by_field(value) and address.name in ("", value["metadata"]["name"])
    )


def _timeout(request: Request) -> float:
    text = request.query.get("timeoutSeconds", ("",))[0]
    return min(float(text), _LONGEST) if text.isdecimal() else _LONGEST


async def _changes(
    objects: ObjectStore, version: int, receive: Receive, seconds: float
) -> AsyncGenerator[Change, None]:
    """Yield changes until the time is over or the client leaves."""
    news = asyncio.Event()
    stop = objects.listen(news.set)
    deadline = asyncio.get_running_loop().time() + seconds
    gone = asyncio.ensure_future(_client_gone(receive))
    try:
        while not gone.done():
            news.clear()
            for change in objects.changes_since(version):
                version = change.version
                yield change
            if not await _wait(news, gone, deadline):
                return
    except StatusError:
        return  # history is no longer long enough: the client lists again
    finally:
        stop()
        gone.cancel()


async def _wait(news: asyncio.Event, gone: asyncio.Future[None], deadline: float) -> bool:
    """Wait for news; say whether there may be some."""
    left = deadline - asyncio.get_running_loop().time()
    waiting = asyncio.ensure_future(news.wait())
    either: set[asyncio.Future[Any]] = {waiting, gone}
    try:
        await asyncio.wait(either, timeout=max(left, 0), return_when=asyncio.FIRST_COMPLETED)
        return waiting.done()
    finally:
        waiting.cancel()


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _told(change: Change, address: Address, wanted: Test) -> Iterator[bytes]:
    """Return a change as this watch sees it: what fits no more is gone."""
    namespace = change.value["metadata"].get("namespace", "")
    if change.kind is not address.kind or address.namespace not in ("", namespace):
        return
    if wanted(change.value):
        yield _line(change.verb, _at_version(change))
    elif change.verb == "MODIFIED":
        yield _line("DELETED", change.value)


def _at_version(change: Change) -> Object:
    metadata = {**change.value["metadata"], "resourceVersion": str(change.version)}
    return {**change.value, "metadata": metadata}


def _line(verb: str, value: Json) -> bytes:
    return json.dumps({"type": verb, "object": value}).encode() + b"\n"


async def _send_lines(lines: Iterator[bytes], send: Send) -> None:
    for line in lines:
        await send({"type": "http.response.body", "body": line, "more_body": True})
