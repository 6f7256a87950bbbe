"""Locks the Python packages of this repository: `python -m tools.lock`.

In: the dependencies in both pyproject.toml files. Out: requirements/*.txt, with the hashes of all
files of each package, so that one lock serves all systems and Python versions. Must not name an
index, and must not change `.venv`; the next set-up does that.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.progress import SetupError, run, step

_ROOT = Path(__file__).parents[1]
_OLDEST_PYTHON = "3.11"
_RESOLVER = "requirements/lock.txt"
_LOCKS = (
    ("requirements/dev.txt", ("--group", "dev", "pyproject.toml", "emulator/pyproject.toml")),
    (_RESOLVER, ("requirements/lock.in",)),
)


def main() -> int:
    """Install the locked resolver in a temporary place and run it for each lock."""
    try:
        with TemporaryDirectory() as temporary, step("Lock the newest allowed packages") as shown:
            run([sys.executable, "-m", "venv", temporary], shown)
            python = Path(temporary, "bin", "python")
            pip = (python, "-m", "pip", "--disable-pip-version-check", "install")
            run((*pip, "--require-hashes", "-r", _RESOLVER), shown, folder=_ROOT)
            for lock, sources in _LOCKS:
                resolver = (python, "-m", "uv", "pip", "compile", "--upgrade", "--quiet")
                options = ("--universal", "--python-version", _OLDEST_PYTHON, "--generate-hashes")
                remark = ("--custom-compile-command", "make lock")
                command = (*resolver, *options, *remark, "-o", lock, *sources)
                run(command, shown, describe=lambda _: None, folder=_ROOT)
    except SetupError as failure:
        print(f"lock: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
