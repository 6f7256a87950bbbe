"""A command that a user names: whether it can be run, and what a shell exits with if not."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

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


def check_runnable(name: str, environment: Mapping[str, str]) -> None:
    """Refuse a command that is not there, before anything is started for it.

    Raises:
        CommandError: Not found, or not executable.
    """
    if shutil.which(name, path=environment.get("PATH")) is None:
        raise _not_runnable(name)


def run_command(command: Sequence[str], run: Callable[[], int]) -> int:
    """Return the exit code of a command.

    Raises:
        CommandError: The system cannot start it.
    """
    try:
        return run()
    except OSError as error:
        raise CommandError(f"{command[0]}: {error.strerror}", _NOT_EXECUTABLE) from error


def _not_runnable(name: str) -> CommandError:
    if Path(name).exists():
        return CommandError(f"{name}: not executable", _NOT_EXECUTABLE)
    return CommandError(f"{name}: command not found; install it or put it on PATH", _NOT_FOUND)
