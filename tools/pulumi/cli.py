"""How the Pulumi CLI gets onto this machine: the user's own, the official release, or a build.

In: the machine. Out: `pulumi` among the project's commands, with a language host for Python. Must
leave the user's own installation alone.
"""

import shlex
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tools.content import content_hash
from tools.progress import SetupError
from tools.pulumi.cache import cached, is_cached
from tools.pulumi.go_build import EXECUTOR, RECIPES, build
from tools.pulumi.on_path import find_on_path
from tools.pulumi.release import download_release, platform_name
from tools.pulumi.version import PINNED

_ROOT = Path(__file__).parents[2]
_HOST = "pulumi-language-python"


class Source(StrEnum):
    """Where a Pulumi CLI comes from, in the order in which set-up tries."""

    PATH = "PATH"
    RELEASE = "download"
    BUILD = "Go build"


_RECIPES = {
    Source.RELEASE: ("release.py", "version.py"),
    Source.BUILD: ("go.mod", "go.sum", "go_build.py", "version.py"),
}


@dataclass(frozen=True, slots=True)
class PulumiCli:
    """A `pulumi` and where it comes from; a build lacks the official language host."""

    command: Path
    source: Source


def obtain_cli(commands: Path) -> PulumiCli:
    """Find, download or build a Pulumi CLI, whichever works first.

    Args:
        commands: The folder for `place`, where a CLI of an earlier set-up does not count.

    Raises:
        SetupError: None works; the text says what to install.
    """
    # A release or build that is there already comes before the attempt to get another.
    kept = [source for source in _RECIPES if is_cached(cache_key(source))]
    for source in (Source.PATH, *kept, *_RECIPES):
        try:
            return PulumiCli(_obtain(source, commands), source)
        except SetupError as failure:
            if not kept:
                print(f"  no Pulumi CLI by {source}: {failure}", file=sys.stderr)
    raise SetupError(
        f"there is no Pulumi CLI and none can be had; install Pulumi {PINNED} or newer "
        "(https://www.pulumi.com/docs/install) or Go (https://go.dev/doc/install)"
    )


def _obtain(source: Source, commands: Path) -> Path:
    if source is Source.PATH:
        return find_on_path(ours=commands)
    make = download_release if source is Source.RELEASE else build
    return cached(cache_key(source), make) / "pulumi"


def cache_key(source: Source, recipes: Path = RECIPES) -> str:
    """Name a release or a build in the cache by all that decides what it holds."""
    state = content_hash(*(recipes / file for file in _RECIPES[source]))
    return f"pulumi-{PINNED}-{platform_name()}-{source.name.lower()}-{state[:12]}"


def place(cli: PulumiCli, commands: Path) -> None:
    """Put `pulumi` into a folder of commands, and the stop-gap language host if it needs one."""
    for name in ("pulumi", _HOST, EXECUTOR):
        (commands / name).unlink(missing_ok=True)
    if cli.source is not Source.BUILD:
        (commands / "pulumi").symlink_to(cli.command)
        return
    # The engine warns of a language host that does not lie beside itself, symbolic links
    # resolved: so this `pulumi` must not be a symbolic link.
    _link_or_copy(cli.command, commands / "pulumi")
    shutil.copy2(cli.command.with_name(EXECUTOR), commands / EXECUTOR)
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
from tools.pulumi.language_host.lean_sdk import skip_sdk

skip_sdk()
from tools.pulumi.language_host.server import serve

sys.exit(serve(["--use-executor", {str(executor)!r}, *sys.argv[1:]]))
""")
    launcher.chmod(0o755)
