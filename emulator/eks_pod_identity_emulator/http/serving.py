"""Serves the emulator of a seed on a port, and says so in one line."""

import logging
import socket

from eks_pod_identity_emulator.emulator import Emulator
from eks_pod_identity_emulator.http.server import listen, run_server
from eks_pod_identity_emulator.seed import Seed


class PortTakenError(Exception):
    """Somebody else listens on the port, or may not be displaced from it."""


def serve_seed(seed: Seed, port: int, descriptor: int | None) -> None:
    """Serve until interrupted.

    Args:
        seed: What there is at the start.
        port: Port to listen on; 0 takes a free one.
        descriptor: A socket that `exec` listens on already; the server then ends with its
            standard input, too.

    Raises:
        PortTakenError: The port cannot be had.
        SeedError: Something in the seed is refused.
    """
    _speak_of_faults()
    listener = _listener(port) if descriptor is None else socket.socket(fileno=descriptor)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    run_server(
        Emulator(seed, address).application,
        listener,
        on_ready=lambda: print(f"emulator ready on {address}", flush=True),  # noqa: T201 - the line that callers wait for
        ends_with_input=descriptor is not None,
    )


def _speak_of_faults() -> None:
    """Let faults of ours through, and why pods got no credentials, which AWS keeps to itself.

    MiniStack, which logs every refusal, sets the root to silence.
    """
    for name in ("asyncio", "eks_pod_identity_emulator"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("eks_pod_identity_emulator.eks_auth").setLevel(logging.WARNING)


def _listener(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        message = f"port {port} cannot be used ({error.strerror}); choose another with --port"
        raise PortTakenError(message) from error
