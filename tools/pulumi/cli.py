"""How the Pulumi CLI gets onto this machine: the user's own, the official release, or a build.

In: the machine. Out: `pulumi` among the project's commands, with a language host for Python. Must
leave the user's own installation alone.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tools.offline.go_build import BUILD
from tools.offline.placement import PLACED, place_build
from tools.offline.yaml_host import YAML_HOST
from tools.progress import SetupError
from tools.pulumi.cache import cached, is_cached
from tools.pulumi.on_path import find_on_path
from tools.pulumi.release import RELEASE, platform_name
from tools.pulumi.version import OLDEST


class Source(StrEnum):
    """Where a Pulumi CLI comes from, in the order in which set-up tries."""

    PATH = "PATH"
    RELEASE = "download"
    BUILD = "Go build"


_RECIPES = {Source.RELEASE: RELEASE, Source.BUILD: BUILD}


@dataclass(frozen=True, slots=True)
class PulumiCli:
    """A `pulumi` and where it comes from; a build lacks the official language hosts.

    Attributes:
        command: The command itself.
        source: Where it comes from.
        yaml_host: For a build, the folder with a language host of Pulumi YAML; None without one.
    """

    command: Path
    source: Source
    yaml_host: Path | None = None


def obtain_cli(commands: Path) -> PulumiCli:
    """Find, download or build a Pulumi CLI, whichever works first.

    Args:
        commands: The folder for `place`, where a CLI of an earlier set-up does not count.

    Raises:
        SetupError: None works; the text says what to install.
    """
    # A release or build that is there already comes before the attempt to get another.
    kept = [source for source in _RECIPES if is_cached(_key(source))]
    for source in (Source.PATH, *kept, *_RECIPES):
        try:
            command = _obtain(source, commands)
            return PulumiCli(command, source, _yaml_host() if source is Source.BUILD else None)
        except SetupError as failure:
            if not kept:
                print(f"  no Pulumi CLI by {source}: {failure}", file=sys.stderr)
    raise SetupError(
        f"there is no Pulumi CLI and none can be had; install Pulumi {OLDEST} or newer "
        "(https://www.pulumi.com/docs/install) or Go (https://go.dev/doc/install)"
    )


def _obtain(source: Source, commands: Path) -> Path:
    if source is Source.PATH:
        return find_on_path(ours=commands)
    return cached(_key(source), _RECIPES[source].make) / "pulumi"


def _yaml_host() -> Path | None:
    try:
        return cached(YAML_HOST.key(platform_name()), YAML_HOST.make)
    except SetupError as failure:
        print(f"  no Pulumi YAML, which only programs/yaml needs: {failure}", file=sys.stderr)
        return None


def _key(source: Source) -> str:
    return _RECIPES[source].key(platform_name())


def place(cli: PulumiCli, commands: Path) -> None:
    """Put `pulumi` into a folder of commands, and the language hosts that it lacks."""
    for name in PLACED:
        (commands / name).unlink(missing_ok=True)
    if cli.source is Source.BUILD:
        place_build(cli.command.parent, cli.yaml_host, commands)
    else:
        (commands / "pulumi").symlink_to(cli.command)
