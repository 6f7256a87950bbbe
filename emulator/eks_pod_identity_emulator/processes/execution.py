"""`exec`: an emulator and its plugins for the time of one command."""

import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from eks_pod_identity_emulator.http.server import listen
from eks_pod_identity_emulator.processes import sweeper
from eks_pod_identity_emulator.processes.environment import command_environment, with_providers
from eks_pod_identity_emulator.processes.foreground import run_in_foreground
from eks_pod_identity_emulator.processes.services import Services
from eks_pod_identity_emulator.seed import Seed

_MARKER = "EKS_POD_IDENTITY_EMULATOR_RUN"
_PLUGINS = ("aws", "kubernetes")
_NOT_FOUND = 127
_NOT_EXECUTABLE = 126


class CommandError(Exception):
    """The command cannot be run.

    Attributes:
        exit_code: What a shell exits with then.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Sweep:
    """What is to be cleaned up, told to the process that does it even if this one is killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", sweeper.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def add(self, what: str, value: object) -> None:
        """Name a process, folder or marker."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{what} {value}\n")
            self._process.stdin.flush()

    def finish(self) -> None:
        """Have everything cleaned up, and wait for it."""
        self._process.communicate()


def execute(
    command: Sequence[str], seed: Seed, server_arguments: Sequence[str], given: Mapping[str, str]
) -> int:
    """Run a command against an emulator of its own and return its exit code.

    Args:
        command: The command and its arguments.
        seed: What the emulator begins with.
        server_arguments: The same, as arguments of `serve`.
        given: The environment to start from.

    Raises:
        CommandError: The command is not there or cannot be run.
        ServiceError: The emulator or a plugin did not start or broke down.
    """
    if shutil.which(command[0], path=given.get("PATH")) is None:
        raise _not_runnable(command[0])
    sweep, services = Sweep(), Services()
    try:
        folder = Path(tempfile.mkdtemp(prefix="eks-pod-identity-emulator-"))
        sweep.add("folder", folder)
        marker = str(uuid.uuid4())
        sweep.add("marker", f"{_MARKER}={marker}")
        environment = _serve({**given, _MARKER: marker}, seed, server_arguments, folder, services)
        code = _run(command, environment, sweep)
        services.check_alive()
    finally:
        services.end()
        sweep.finish()
    return code


def _serve(
    given: Mapping[str, str],
    seed: Seed,
    server_arguments: Sequence[str],
    folder: Path,
    services: Services,
) -> Mapping[str, str]:
    """Start emulator and plugins side by side; return the environment to use them with."""
    with listen(0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environment = command_environment(given, seed, address, folder)
        server = services.start_server(listener, server_arguments, given)
        plugins = {name: services.start_plugin(name, environment) for name in _PLUGINS}
    server.first_line()
    ports = {name: int(plugin.first_line()) for name, plugin in plugins.items()}
    return with_providers(environment, ports)


def _run(command: Sequence[str], environment: Mapping[str, str], sweep: Sweep) -> int:
    try:
        return run_in_foreground(command, environment, lambda pid: sweep.add("process", pid))
    except OSError as error:
        raise CommandError(f"{command[0]}: {error.strerror}", _NOT_EXECUTABLE) from error


def _not_runnable(name: str) -> CommandError:
    if Path(name).exists():
        return CommandError(f"{name}: not executable", _NOT_EXECUTABLE)
    return CommandError(f"{name}: command not found; install it or put it on PATH", _NOT_FOUND)
