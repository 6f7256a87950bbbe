"""The Pulumi CLI built from source, for machines that have Go and its module proxy only.

In: go.mod and go.sum beside this file. Out: a folder with `pulumi` and with the script that runs
Python programs, which lies in the same modules. Must not write into the checkout.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.progress import SetupError, Step, run, step
from tools.pulumi.recipe import Recipe
from tools.pulumi.version import Version

_FOLDER = Path(__file__).parent
_MODULES = _FOLDER / "go.mod"
# Every release is one commit, so CLI and SDK carry one version.
_MODULE = "github.com/pulumi/pulumi/pkg/v3"
_COMMAND = f"{_MODULE}/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
EXECUTOR = "pulumi-language-python-exec"


def locked_version(modules: Path = _MODULES, module: str = _MODULE) -> Version:
    """Return the version of a module that a go.mod locks.

    Raises:
        SetupError: It locks none, or no release.
    """
    locked = re.search(rf"^\t{re.escape(module)} (\S+)", modules.read_text(), re.MULTILINE)
    version = locked and Version.parse(locked[1])
    if not version or not version.is_release:
        raise SetupError(f"{modules} locks no release of {module}")
    return version


_VERSION = locked_version()
_LINKER_FLAGS = f"-s -w -X {_SDK}/go/common/version.Version=v{_VERSION}"


def build(target: Path) -> None:
    """Put `pulumi` and the executor of Python programs into a folder.

    Raises:
        SetupError: Go is missing, or the build failed.
    """
    print("  it takes a few minutes, once for all checkouts of yours", file=sys.stderr)
    with step(f"Build the Pulumi CLI {_VERSION} with Go") as shown:
        compile_command(_COMMAND, target / "pulumi", _LINKER_FLAGS, _FOLDER, shown)
        sdk = _module_folder(_go(), _variables())
        # Module caches are read-only, and so would be a copy with its mode.
        shutil.copyfile(sdk / "python" / "cmd" / EXECUTOR, target / EXECUTOR)


def compile_command(
    command: str, output: Path, linker_flags: str, folder: Path, shown: Step
) -> None:
    """Compile a command.

    Args:
        command: Its package.
        output: The file to write.
        linker_flags: What `-ldflags` takes.
        folder: Where go.mod and go.sum are.
        shown: Shows how far it is.

    Raises:
        SetupError: Go is missing, or the build failed.
    """
    go, variables = _go(), _variables()
    listed = _Counter("looking up package {count}")
    listing = [go, "list", "-mod=readonly", "-deps", command]
    run(listing, shown, describe=listed, variables=variables, folder=folder)
    compiled = _Counter(f"compiling package {{count}} of {listed.count}")
    written = ("-o", str(output), "-ldflags", linker_flags)
    building = [go, "build", "-v", "-mod=readonly", "-trimpath", *written, command]
    run(building, shown, describe=compiled, variables=variables, folder=folder)


def _go() -> str:
    go = shutil.which("go")
    if go is None:
        raise SetupError("go is not on PATH")
    return go


def _variables() -> dict[str, str]:
    # A go.work further up must not decide what is built; without cgo no C compiler is needed.
    return {**os.environ, "GOWORK": "off", "CGO_ENABLED": "0"}


class _Counter:
    """Describes Go's output: modules by name, packages by number."""

    def __init__(self, template: str) -> None:
        self._template = template
        self.count = 0

    def __call__(self, line: str) -> str:
        if line.startswith("go: "):
            return line.removeprefix("go: ")
        self.count += 1
        return self._template.format(count=self.count)


def _module_folder(go: str, variables: dict[str, str]) -> Path:
    located = subprocess.run(
        [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", _SDK],
        cwd=_FOLDER,
        env=variables,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Path(located.stdout.strip())


BUILD = Recipe(
    name="build",
    version=_VERSION,
    files=(_MODULES, _FOLDER / "go.sum", Path(__file__)),
    make=build,
)
