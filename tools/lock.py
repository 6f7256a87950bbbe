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
_OPTIONS = (
    "--upgrade",
    "--universal",
    "--generate-hashes",
    "--python-version=3.11",  # the oldest that we support; newer ones get markers
    "--custom-compile-command=make lock",
)
_RESOLVER = "requirements/lock.txt"
_LOCKS = (
    (
        "requirements/dev.txt",
        ("--all-extras", "--group", "dev", "pyproject.toml", "emulator/pyproject.toml"),
    ),
    ("requirements/newest-boto3.txt", ("requirements/newest-boto3.in",)),
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
                resolve = (python, "-m", "uv", "--quiet", "--system-certs", "pip", "compile")
                command = (*resolve, *_OPTIONS, "--output-file", lock, *sources)
                run(command, shown, describe=lambda _: None, folder=_ROOT)
    except SetupError as failure:
        print(f"lock: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
