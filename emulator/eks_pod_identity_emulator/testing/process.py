"""The emulator's process: found in whatever environment it is installed, started, ended.

In: a command that a user configured, or nothing. Out: a running emulator with both Pulumi plugins,
and what its environment changes. Must not outlive the test session, however that ends.
"""

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_COMMAND = "eks-pod-identity-emulator"
# Prints the environment that `exec` gives to a command, and lives until standard input ends.
_HOLD = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"
# They are about the Python of the tests; another one may not start with them.
_OF_THIS_PYTHON = ("PYTHONHOME", "PYTHONPATH")


class EmulatorProcessError(Exception):
    """There is no emulator, or it did not start; the text says what to do."""


@dataclass(frozen=True, slots=True)
class EnvironmentChange:
    """What makes an environment that of the emulator.

    Attributes:
        added: Variables to set.
        removed: Variables to remove, such as AWS_PROFILE.
    """

    added: Mapping[str, str]
    removed: frozenset[str]


def find_command(configured: str) -> list[str]:
    """Return the command that starts the emulator.

    Args:
        configured: A command line; empty for the emulator of this environment or of PATH.

    Raises:
        EmulatorProcessError: There is none.
    """
    if configured:
        program, *arguments = shlex.split(configured)
        return [str(Path(program).expanduser()), *arguments]
    if importlib.util.find_spec("ministack"):
        return [sys.executable, "-m", "eks_pod_identity_emulator"]
    # Without the emulator's packages, the command of this environment cannot start one.
    own = Path(sys.executable).parent
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if Path(folder) != own)
    found = shutil.which(_COMMAND, path=path)
    if found is None:
        raise EmulatorProcessError(
            f"{_COMMAND} is not installed: install it with the extra [server], here or in an "
            "environment of its own, and name it by --emulator-command or emulator_command"
        )
    return [found]


@contextmanager
def running_emulator(command: Sequence[str]) -> Iterator[EnvironmentChange]:
    """Run an emulator with its Pulumi plugins for the time of the context.

    Raises:
        EmulatorProcessError: It does not start.
    """
    given = dict(os.environ)
    if command[0] != sys.executable:
        given = {name: value for name, value in given.items() if name not in _OF_THIS_PYTHON}
    with _started([*command, "exec", "--", sys.executable, "-I", "-c", _HOLD], given) as process:
        if process.stdin is None or process.stdout is None:
            raise EmulatorProcessError("the emulator has no pipes")
        line = process.stdout.readline()
        if not line:
            text = f"{shlex.join(command)} exec ended with code {process.wait()}"
            raise EmulatorProcessError(f"the emulator did not start: {text}")
        environment: dict[str, str] = json.loads(line)
        try:
            yield _change(given, environment)
        finally:
            process.stdin.close()


def _started(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(  # noqa: S603 - the emulator, as the user names it
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests, which may still clean up
        )
    except OSError as error:
        raise EmulatorProcessError(f"{command[0]}: {error.strerror}") from error


def _change(given: Mapping[str, str], environment: Mapping[str, str]) -> EnvironmentChange:
    added = {name: value for name, value in environment.items() if given.get(name) != value}
    return EnvironmentChange(added, frozenset(given.keys() - environment.keys()))
