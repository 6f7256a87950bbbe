"""Serves the application: hypercorn on a socket that listens already."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable

from hypercorn.asyncio import serve
from hypercorn.config import Config

from eks_pod_identity_emulator.http.joining import JoiningLoop
from eks_pod_identity_emulator.json_value import Json

_BACKLOG = 1_024
_IDLE_SECONDS = (
    300.0  # longer than clients keep connections, so that none is closed under a request
)
_GRACE_SECONDS = 1.0


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def run_server(
    application: Json,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    ends_with_input: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        application: The ASGI application.
        listener: Socket to take connections from; it is closed at the end.
        on_ready: Called when the server takes requests.
        ends_with_input: Whether to end, too, when standard input does.
    """
    with asyncio.Runner(loop_factory=JoiningLoop) as runner:
        runner.run(_serve(application, listener, on_ready, ends_with_input=ends_with_input))


async def _serve(
    application: Json,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    ends_with_input: bool,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if ends_with_input:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    loop.call_soon(on_ready)
    await serve(application, _config(listener), shutdown_trigger=stop.wait)


def _config(listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.backlog = _BACKLOG
    config.accesslog = None
    config.errorlog = None
    config.graceful_timeout = _GRACE_SECONDS
    config.keep_alive_timeout = _IDLE_SECONDS
    return config
