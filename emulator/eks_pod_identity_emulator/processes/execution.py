"""`exec`: an emulator and its plugins for the time of one command."""

import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from eks_pod_identity_emulator.http.server import listen
from eks_pod_identity_emulator.processes import sweeper
from eks_pod_identity_emulator.processes.command import check_runnable, run_command
from eks_pod_identity_emulator.processes.environment import command_environment, with_providers
from eks_pod_identity_emulator.processes.foreground import run_in_foreground
from eks_pod_identity_emulator.processes.services import Services
from eks_pod_identity_emulator.seed import Seed

_MARKER = "EKS_POD_IDENTITY_EMULATOR_RUN"
_PLUGINS = ("aws", "kubernetes")


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
    check_runnable(command[0], given)
    sweep, services = Sweep(), Services()
    try:
        folder = Path(tempfile.mkdtemp(prefix="eks-pod-identity-emulator-"))
        sweep.add("folder", folder)
        marker = str(uuid.uuid4())
        sweep.add("marker", f"{_MARKER}={marker}")
        environment = _serve({**given, _MARKER: marker}, seed, server_arguments, folder, services)
        code = run_command(
            command,
            lambda: run_in_foreground(command, environment, lambda pid: sweep.add("process", pid)),
        )
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
