"""The processes that serve a command: the emulator itself and the two Pulumi plugins.

They live in sessions of their own, so that Ctrl-C in the terminal is the command's alone, and end
when their standard input ends: the pipe that only `exec` holds, so that they never outlive it.
"""

import contextlib
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

_START_SECONDS = 60.0
_END_SECONDS = 3.0
_PACKAGE = "eks_pod_identity_emulator"


class ServiceError(Exception):
    """A service did not start or broke down; what it said about it is on standard error."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and the pipe with its first line."""

    name: str
    process: "subprocess.Popen[bytes]"
    output: IO[bytes]

    def first_line(self) -> str:
        """Wait for the line that says that the service is ready.

        Raises:
            ServiceError: It ended, or said nothing for a minute.
        """
        deadline = time.monotonic() + _START_SECONDS
        text = b""
        while not text.endswith(b"\n"):
            ready, _, _ = select.select([self.output], [], [], deadline - time.monotonic())
            chunk = os.read(self.output.fileno(), 1024) if ready else b""
            if not chunk:
                raise ServiceError(f"the {self.name} did not start")
            text += chunk
        return text.split(b"\n", 1)[0].decode()


class Services:
    """Starts services and ends them."""

    def __init__(self) -> None:
        self._lifeline, self._held = os.pipe()
        self._services: list[Service] = []

    def start_server(
        self, listener: socket.socket, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Service:
        """Start the emulator on a socket that listens already."""
        command = ("serve", "--listener", str(listener.fileno()), *arguments)
        return self._start("emulator", command, environment, listener.fileno())

    def start_plugin(self, name: str, environment: Mapping[str, str]) -> Service:
        """Start a plugin by its package's name."""
        return self._start(f"{name} plugin", (name,), environment, module=f"{_PACKAGE}.plugins")

    def _start(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *kept: int,
        module: str = _PACKAGE,
    ) -> Service:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *arguments],
            stdin=self._lifeline,
            stdout=subprocess.PIPE,
            env=dict(environment),
            pass_fds=kept,
            start_new_session=True,
        )
        if process.stdout is None:
            raise ServiceError(f"the {name} has no output")
        service = Service(name, process, process.stdout)
        self._services.append(service)
        return service

    def check_alive(self) -> None:
        """Make sure that all services still run.

        Raises:
            ServiceError: One has ended on its own; what was done with it cannot be trusted.
        """
        for service in self._services:
            if service.process.poll() is not None:
                code = service.process.returncode
                raise ServiceError(f"the {service.name} ended before its time, with code {code}")

    def end(self) -> None:
        """End all services and wait for them."""
        for descriptor in (self._lifeline, self._held):
            os.close(descriptor)
        deadline = time.monotonic() + _END_SECONDS
        for service in self._services:
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.process.wait(max(deadline - time.monotonic(), 0))
            if service.process.poll() is None:
                service.process.kill()
                service.process.wait()
            service.output.close()
