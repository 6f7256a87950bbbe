"""An event loop whose servers send what is written at once as one piece, head and body together.

The web server writes an answer's head and body by two calls. Go's HTTP client can be done with
the head before it has noticed that its own request is written; AWS's SDK for Go closes the request
then, which closes the connection, and the body cannot be read any more ("use of closed network
connection"). AWS is too far away for that; on loopback it hits one eksctl command in some hundred,
and eksctl does not retry its first call. A body that came with the head is in the client's buffer.
"""

import asyncio
from collections.abc import Callable
from typing import Any


class JoiningLoop(asyncio.SelectorEventLoop):
    """asyncio's loop, except for what its servers send."""

    async def create_server(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        *args: Any,  # noqa: ANN401 - as asyncio has them
        **options: Any,  # noqa: ANN401 - as above
    ) -> asyncio.Server:
        """Start a server; connections get a transport that joins writes."""
        return await super().create_server(
            lambda: _JoiningProtocol(self, protocol_factory()), *args, **options
        )


class _JoiningProtocol(asyncio.Protocol):
    """Hands everything on to another protocol."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: Any) -> None:  # noqa: ANN401 - a stream protocol, which asyncio does not type as one
        self._loop = loop
        self._protocol = protocol

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - a transport that writes, which asyncio types as one that may not
        self._protocol.connection_made(_JoiningTransport(self._loop, transport))

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        keep_open: bool | None = self._protocol.eof_received()
        return keep_open

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()


class _JoiningTransport(asyncio.Transport):
    """Keeps what is written until the loop's next turn, then writes it as one."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        super().__init__()
        self._loop = loop
        self._transport = transport
        self._pending: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending.append(bytes(data))

    def _flush(self) -> None:
        joined = b"".join(self._pending)
        self._pending.clear()
        if joined:
            self._transport.write(joined)

    def write_eof(self) -> None:
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._pending.clear()
        self._transport.abort()

    def can_write_eof(self) -> bool:
        return self._transport.can_write_eof()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as asyncio has it
        return self._transport.get_extra_info(name, default)
