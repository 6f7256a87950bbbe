"""Runs tests with the newest boto3: `python -m tools.newest_boto3 tests/unit`.

In: requirements/newest-boto3.txt, and arguments for pytest. Out: the tests in the environment of
`.venv`, but for boto3 and what it needs, which lie in a folder before it. Must leave `.venv` itself
at the botocore that the emulator's MiniStack pins.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.content import content_hash
from tools.progress import SetupError, run, step

_ROOT = Path(__file__).parents[1]
_LOCK = Path("requirements", "newest-boto3.txt")


def main(arguments: Sequence[str]) -> int:
    """Install what the lock names, if it is not there yet, then run pytest."""
    try:
        packages = _install(_ROOT / ".venv" / "newest-boto3")
    except SetupError as failure:
        print(f"newest boto3: {failure}", file=sys.stderr)
        return 1
    variables = {**os.environ, "PYTHONPATH": str(packages)}
    pytest = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(pytest, env=variables, check=False).returncode


def _install(folder: Path) -> Path:
    """Return a folder of the locked packages, one for each state of the lock."""
    installed = folder / content_hash(_ROOT / _LOCK)[:12]
    if installed.is_dir():
        return installed
    shutil.rmtree(folder, ignore_errors=True)
    partial = folder / "partial"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    with step("Install the newest boto3") as shown:
        options = ("--require-hashes", "--target", partial, "--requirement", _LOCK)
        run((*pip, *options), shown, folder=_ROOT)
    return partial.rename(installed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
