"""The project's virtual environment, `.venv`, with exactly what requirements/dev.txt locks.

In: the lock and the two projects of this repository. Out: `.venv`. Must run on a Python that has
nothing but its standard library.
"""

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from tools.content import content_hash
from tools.progress import SetupError, Step, run, step

LOCK = Path("requirements", "dev.txt")
PROJECTS = (Path(), Path("emulator"))
SOURCES = ("components", "policy", "emulator")
# The SDKs of Pulumi hold hundreds of services; those that no program of ours uses stay as they are.
_NEVER_IMPORTED = (
    r"/pulumi_aws/(?!(iam|eks|s3|secretsmanager)/)\w+/"
    r"|/pulumi_kubernetes/(?!(apps|core|meta)/)\w+/"
)


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
        _pip_install(root, shown, "--no-compile", "--require-hashes", "--requirement", LOCK)
    with step("Compile them") as shown:
        _compile(root, shown, folder / "lib")


def install_projects(root: Path) -> None:
    """Install this repository's two projects, editable, without any download."""
    editables: list[str | Path] = []
    for project in PROJECTS:
        editables += ["--editable", root / project]
    with step("Install this project") as shown:
        _pip_install(root, shown, "--no-build-isolation", "--no-deps", *editables)
        _compile(root, shown, *(root / folder for folder in SOURCES))


def _compile(root: Path, shown: Step, *folders: Path) -> None:
    # Ahead and at once, for some machines forbid Python to keep what it compiles on the way
    # (PYTHONDONTWRITEBYTECODE), and then every command would start a second later.
    compileall = (root / ".venv" / "bin" / "python", "-m", "compileall", "-q", "-j", "0")
    # What does not compile is told when it is imported, if it ever is.
    with suppress(SetupError):
        run((*compileall, "-x", _NEVER_IMPORTED, *folders), shown)


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
