"""The project's virtual environment, `.venv`, with exactly what requirements/dev.txt locks.

In: the lock and the two projects of this repository. Out: `.venv`. Must run on a Python that has
nothing but its standard library.
"""

import shutil
import sys
from pathlib import Path

from tools.content import content_hash
from tools.progress import SetupError, Step, run, step

LOCK = Path("requirements", "dev.txt")
PROJECTS = (Path(), Path("emulator"))


def lock_hash(root: Path) -> str:
    """Name the state of the locked requirements."""
    return content_hash(root / LOCK)


def projects_hash(root: Path) -> str:
    """Name the state of the projects' metadata, which an editable install copies."""
    return content_hash(*(root / project / "pyproject.toml" for project in PROJECTS))


def create(root: Path) -> None:
    """Make `.venv` anew and install the lock.

    Raises:
        SetupError: Python lacks `venv`, or a package cannot be had.
    """
    folder = root / ".venv"
    shutil.rmtree(folder, ignore_errors=True)
    with step(f"Make .venv with Python {'.'.join(map(str, sys.version_info[:3]))}") as shown:
        try:
            run([sys.executable, "-m", "venv", folder], shown)
        except SetupError as failure:
            raise SetupError(f"{failure}\non Debian and Ubuntu, install python3-venv") from failure
    with step("Install the locked Python packages") as shown:
        # Most modules are never imported; Python compiles the others when it first does.
        _pip_install(root, shown, "--no-compile", "--require-hashes", "--requirement", LOCK)


def install_projects(root: Path) -> None:
    """Install this repository's two projects, editable, without any download."""
    editables: list[str | Path] = []
    for project in PROJECTS:
        editables += ["--editable", root / project]
    with step("Install this project") as shown:
        _pip_install(root, shown, "--no-build-isolation", "--no-deps", *editables)


def _pip_install(root: Path, shown: Step, *options: str | Path) -> None:
    python = root / ".venv" / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    run((*pip, *options), shown, describe=_describe, folder=root)


def _describe(line: str) -> str | None:
    """Reduce pip's output to what it is at: a package, or the installation of all."""
    doing, _, rest = line.partition(" ")
    if doing in {"Collecting", "Downloading", "Building"}:
        return f"{doing.lower()} {rest.split(' ')[0]}"
    return "unpacking" if line.startswith("Installing collected packages") else None
