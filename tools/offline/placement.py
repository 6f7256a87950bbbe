"""How a build of Pulumi is put among the project's commands.

In: folders made by `go_build` and `yaml_host`. Out: `pulumi` and its language hosts, the stop-gap
for Python among them, side by side. Must not change a build, which serves many checkouts.
"""

import shlex
import shutil
from pathlib import Path

from tools.offline.go_build import EXECUTOR
from tools.offline.yaml_host import HOST as YAML

_ROOT = Path(__file__).parents[2]
_HOST = "pulumi-language-python"
# What `place_build` puts into a folder of commands.
PLACED = ("pulumi", _HOST, EXECUTOR, YAML)


def place_build(build: Path, yaml_host: Path | None, commands: Path) -> None:
    """Put the commands of a build into a folder that has none of them.

    Args:
        build: The folder with `pulumi`.
        yaml_host: The folder with the host of Pulumi YAML, if there is one.
        commands: The folder to put them into.
    """
    # The engine warns of a language host that does not lie beside itself, symbolic links
    # resolved: so this `pulumi` must not be a symbolic link.
    _link_or_copy(build / "pulumi", commands / "pulumi")
    if yaml_host:
        _link_or_copy(yaml_host / YAML, commands / YAML)
    shutil.copy2(build / EXECUTOR, commands / EXECUTOR)
    write_launcher(commands / _HOST, commands / EXECUTOR, commands / "python")


def _link_or_copy(original: Path, link: Path) -> None:
    try:
        link.hardlink_to(original)
    except OSError:  # another file system
        shutil.copy2(original, link)


def write_launcher(launcher: Path, executor: Path, python: Path) -> None:
    """Write a script that runs the stop-gap language host."""
    # To `sh` the second line is an exec, to Python a string: so paths may be long or have spaces.
    launcher.write_text(f"""#!/bin/sh
'''exec' {shlex.quote(str(python))} "$0" "$@"
' '''
import sys

sys.path[0] = {str(_ROOT)!r}
from tools.offline.language_host.lean_sdk import skip_sdk

skip_sdk()
from tools.offline.language_host.server import serve

sys.exit(serve(["--use-executor", {str(executor)!r}, *sys.argv[1:]]))
""")
    launcher.chmod(0o755)
