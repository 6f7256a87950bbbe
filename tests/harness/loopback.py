"""A server on a loopback port that lives as long as a `with` block."""

from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Self


class LoopbackServer:
    """Serves from a thread; a class of this kind makes `_server`."""

    _server: ThreadingHTTPServer

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
