"""One provider per connection of the engine, and how a failure travels back over it.

One attached plugin serves every provider of a program. Requests do not say which provider they
mean, but each provider opens a connection of its own, so the connection's peer tells them apart.
"""

import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from eks_pod_identity_emulator.plugins.provider import InitializationError, PluginError, Provider
from eks_pod_identity_emulator.plugins.values import to_struct


class Connections:
    """The providers of all open connections; the longest unused are forgotten first.

    gRPC does not tell a server that a client has gone, so a long-lived plugin would otherwise keep
    every provider of every run.
    """

    def __init__(self, make: Callable[[], Provider], most: int = 256) -> None:
        self._make = make
        self._most = most
        self._providers: OrderedDict[str, Provider] = OrderedDict()
        self._lock = Lock()

    def of(self, peer: str) -> Provider:
        """Return the provider of a connection, made at its first request."""
        with self._lock:
            provider = self._providers.pop(peer, None) or self._make()
            self._providers[peer] = provider
            if len(self._providers) > self._most:
                self._providers.popitem(last=False)
            return provider

    def open(self, peer: str) -> None:
        """Forget an earlier connection that had the same port."""
        with self._lock:
            self._providers.pop(peer, None)


@contextmanager
def failures_told(context: grpc.ServicerContext) -> Iterator[None]:
    """Send a failure to the engine as the error of the request."""
    try:
        yield
    except InitializationError as failure:
        context.set_trailing_metadata((("grpc-status-details-bin", _details(failure)),))
        context.abort(grpc.StatusCode.UNKNOWN, str(failure))
    except PluginError as failure:
        context.abort(grpc.StatusCode.UNKNOWN, str(failure))
    except Exception as failure:  # noqa: BLE001 - a bug of ours must reach the user too
        traceback.print_exc(file=sys.stderr)
        context.abort(grpc.StatusCode.INTERNAL, f"bug in the emulator's plugin: {failure!r}")


def _details(failure: InitializationError) -> bytes:
    """Tell the engine to keep the resource although its creation failed."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.id, properties=to_struct(failure.state), reasons=[str(failure)]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(failure))
    status.details.add().Pack(detail)
    return bytes(status.SerializeToString())
