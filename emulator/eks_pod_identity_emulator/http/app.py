"""The ASGI application: AWS at every path that is not ours, and the trees that are."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eks_pod_identity_emulator.http import console
from eks_pod_identity_emulator.http.request import (
    ClientGoneError,
    Receive,
    Request,
    Scope,
    Send,
    read_request,
)
from eks_pod_identity_emulator.http.response import Response, json_response, send_response

KUBERNETES_PREFIX = "/_kubernetes/"
AGENT_PREFIX = "/_agent/"

_LOG = logging.getLogger(__name__)
_FAULT = "The emulator failed; its own output has the details."


class Answering(Protocol):
    """Answers whole requests: AWS, or the agents on nodes."""

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request."""
        ...


class Kubernetes(Protocol):
    """Answers Kubernetes requests; a watch goes on until the client leaves."""

    async def answer(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer one request on its connection."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What answers; another AWS has other parts.

    Attributes:
        aws: Answers AWS requests.
        agents: Answers requests under /_agent/.
        kubernetes: Answers requests under /_kubernetes/.
        pages: Answers requests under /_emulator/.
    """

    aws: Answering
    agents: Answering
    kubernetes: Kubernetes
    pages: console.Console


class Application:
    """Tells AWS, Kubernetes, nodes' agents and the emulator's own pages apart."""

    def __init__(self, parts: Parts, on_start: Callable[[asyncio.AbstractEventLoop], None]) -> None:
        """Put the application together.

        Args:
            parts: What answers from the start; may be replaced between two requests.
            on_start: Called once, when the server is about to take requests.
        """
        self.parts = parts
        self._on_start = on_start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the ASGI server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._on_start(asyncio.get_running_loop())
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await read_request(scope, receive)
        except ClientGoneError:
            return
        try:
            await self._answer(request, receive, send)
        except Exception:  # noqa: BLE001 - a fault of ours is told, and must not end the server
            _LOG.exception("%s %s failed in the emulator", request.method, request.path)
            await send_response(json_response(500, {"message": _FAULT}), send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        if request.raw_path.startswith(KUBERNETES_PREFIX):
            await self.parts.kubernetes.answer(request, receive, send)
            return
        if request.raw_path.startswith(console.PREFIX):
            response = self.parts.pages.answer(request)
        elif request.raw_path.startswith(AGENT_PREFIX):
            response = await self.parts.agents.answer(request)
        else:
            response = await self.parts.aws.answer(request)
        await send_response(response, send, without_body=request.method == "HEAD")
