"""The language host of Pulumi YAML, built from source: a build of the CLI comes without one.

In: yaml/go.mod and yaml/go.sum. Out: a folder with `pulumi-language-yaml`. A recipe of its own, so
that neither of the two builds makes the other stale.
"""

from pathlib import Path

from tools.offline.go_build import compile_command, locked_version
from tools.progress import step
from tools.pulumi.recipe import Recipe

_FOLDER = Path(__file__).parent / "yaml"
_MODULES = _FOLDER / "go.mod"
_MODULE = "github.com/pulumi/pulumi-yaml"
_VERSION = locked_version(_MODULES, _MODULE)
HOST = "pulumi-language-yaml"


def build(target: Path) -> None:
    """Put the language host into a folder.

    Raises:
        SetupError: Go is missing, or the build failed.
    """
    flags = f"-s -w -X {_MODULE}/pkg/version.Version=v{_VERSION}"
    with step(f"Build Pulumi YAML {_VERSION} with Go") as shown:
        compile_command(f"{_MODULE}/cmd/{HOST}", target / HOST, flags, _FOLDER, shown)


YAML_HOST = Recipe(
    name="yaml",
    version=_VERSION,
    files=(_MODULES, _FOLDER / "go.sum", Path(__file__)),
    make=build,
)
