"""Child processes that live no longer than the gRPC call they belong to.

In: started processes and the context of their call. Out: for plugins, their output as it comes.
Must leave no process behind when the engine cancels or goes away.
"""

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import grpc

# The official host gives a program as long to end after an interrupt.
_GRACE_SECONDS = 5
_PIECE_BYTES = 65536


class Children:
    """The processes that this host has started and that still run."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()

    @contextmanager
    def bound_to_call(
        self,
        child: subprocess.Popen[bytes],
        context: grpc.ServicerContext,
        with_signal: signal.Signals,
    ) -> Iterator[None]:
        """End the child when the call ends, whichever side ends it."""
        self._running.add(child)
        # gRPC runs callbacks on its own thread, which must not wait.
        cancel = threading.Thread(target=_end, args=(child, with_signal))
        if not context.add_callback(cancel.start):
            cancel.start()
        try:
            yield
        finally:
            _end(child, with_signal)
            self._running.discard(child)

    def end_all(self, with_signal: signal.Signals) -> None:
        """Ask every child to end; kill those that do not."""
        for child in tuple(self._running):
            _end(child, with_signal)


def _end(child: subprocess.Popen[bytes], with_signal: signal.Signals) -> None:
    if child.poll() is not None:
        return
    child.send_signal(with_signal)
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


def read_outputs(child: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield ("stdout" or "stderr", bytes) as they come, until the child has closed both."""
    pieces: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def forward(name: str, stream: IO[bytes]) -> None:
        with stream:
            while piece := os.read(stream.fileno(), _PIECE_BYTES):
                pieces.put((name, piece))
        pieces.put((name, b""))

    opened = [(name, s) for name, s in (("stdout", child.stdout), ("stderr", child.stderr)) if s]
    for name, stream in opened:
        threading.Thread(target=forward, args=(name, stream), daemon=True).start()
    for _ in opened:
        # An empty piece says that one of the streams is closed.
        while (piece := pieces.get())[1]:
            yield piece
