"""Serves the language host on a free port of loopback for as long as its engine lives.

In: the command line that the engine gives to language hosts. Out: the port, on the first line of
standard output; then gRPC. Must print nothing else, and end without a word when interrupted.
"""

import argparse
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

from tools.offline.language_host.rpc import handler_of
from tools.offline.language_host.service import LanguageHost

# Each running program, plugin and policy pack keeps a thread; idle ones are never started.
_THREADS = 256
_SECONDS_BETWEEN_LOOKS_AT_ENGINE = 5


def serve(arguments: Sequence[str]) -> int:
    """Serve until interrupted or until the engine is gone."""
    options = _parse(arguments)
    host = LanguageHost(options.use_executor, options.engine, options.tracing)
    server = grpc.server(ThreadPoolExecutor(_THREADS))
    server.add_generic_rpc_handlers([handler_of(host)])
    port = server.add_insecure_port("127.0.0.1:0")
    interrupted = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: interrupted.set())
    engine = os.getppid()
    server.start()
    print(port, flush=True)
    while os.getppid() == engine and not interrupted.wait(_SECONDS_BETWEEN_LOOKS_AT_ENGINE):
        pass
    host.end_programs()
    server.stop(grace=None).wait()
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pulumi-language-python")
    # Unlike the official host's, this answer is no version: set-up tells the two apart by it.
    parser.add_argument("--version", action="version", version="stop-gap of eks-pod-identity")
    parser.add_argument("--use-executor", type=Path, required=True)
    parser.add_argument("--tracing", default="")
    parser.add_argument("engine", nargs="?", default="")
    # The engine hands its own logging options down; there is nothing here to log.
    return parser.parse_known_args(arguments)[0]
