"""Sets this checkout up: `python -m tools.setup`, and `python -m tools.setup env` for a shell.

In: the checkout. Out: `.venv` with all packages and commands, and for `env` the lines that a shell
evaluates. Must do nothing, and say nothing, when nothing has changed since the last time.
"""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.content import content_hash
from tools.exclusive import exclusive
from tools.progress import SetupError
from tools.pulumi.cli import obtain_cli, place
from tools.setup import virtual_environment
from tools.setup.record import Record

_ROOT = Path(__file__).parents[2]
_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Set up, then print what `env` asks for."""
    try:
        with exclusive(_ROOT):
            set_up(_ROOT)
    except SetupError as failure:
        print(f"set-up: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the same command goes on with it", file=sys.stderr)
        return _INTERRUPTED
    if "env" in arguments:
        print(shell_lines(_ROOT / ".venv"))
    return 0


def set_up(root: Path) -> None:
    """Do what has not been done yet, or was done with something else.

    Raises:
        SetupError: Something is missing that set-up cannot bring.
    """
    commands = root / ".venv" / "bin"
    record = Record(root / ".venv" / "set-up.json")
    # A virtual environment names its own path in many files, so it cannot be moved.
    lock = f"{virtual_environment.lock_hash(root)} in {root}"
    if not (record.holds("lock", lock) and (commands / "python").exists()):
        record.forget("lock", "projects", "pulumi")
        virtual_environment.create(root)
        record.keep("lock", lock)
    projects = virtual_environment.projects_hash(root)
    if not record.holds("projects", projects):
        virtual_environment.install_projects(root)
        record.keep("projects", projects)
    recipe = pulumi_hash(root)
    if not (record.holds("pulumi", recipe) and (commands / "pulumi").exists()):
        place(obtain_cli(commands), commands)
        record.keep("pulumi", recipe)


def pulumi_hash(root: Path) -> str:
    """Name the state of what decides which Pulumi CLI is used, and how it is placed."""
    offline = root / "tools" / "offline"
    modules = sorted((*offline.rglob("go.mod"), *offline.rglob("go.sum")))
    scripts = (*offline.glob("*.py"), *(root / "tools" / "pulumi").glob("*.py"))
    return content_hash(*modules, *sorted(scripts))


def shell_lines(environment: Path) -> str:
    """Return what puts the project's commands first in a POSIX shell."""
    return (
        f"export VIRTUAL_ENV={shlex.quote(str(environment))}\n"
        f'export PATH={shlex.quote(str(environment / "bin"))}:"$PATH"'
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
