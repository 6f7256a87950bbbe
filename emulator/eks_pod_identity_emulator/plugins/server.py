"""A plugin process: serve on a free port, tell the port, end with standard input."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from eks_pod_identity_emulator.plugins.provider import Package
from eks_pod_identity_emulator.plugins.servicer import Servicer

# A waiter holds its thread, and an engine runs as many steps at once as `--parallel` says.
THREADS = 128
# The engine's own limit of a message: states of large resources pass gRPC's default of 4 MiB.
_LARGEST_MESSAGE = 400 * 1024 * 1024


def start(package: Package) -> tuple[grpc.Server, int]:
    """Serve a plugin on a free port of loopback."""
    server = grpc.server(
        ThreadPoolExecutor(THREADS, thread_name_prefix=package.name),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(package), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(package: Package) -> None:
    """Serve until standard input ends, which it does when the parent process is gone."""
    server, port = start(package)
    print(port, flush=True)  # noqa: T201 - the contract of a Pulumi plugin
    sys.stdin.buffer.read()
    server.stop(grace=None)
    os._exit(0)  # a thread that waits for AWS would hold the process back otherwise
