"""The Pulumi CLI that the user already has.

In: PATH. Out: the path of a `pulumi` that is new enough and has the official language host for
Python, or why there is none. Must run nothing but `--version` of both.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.progress import SetupError
from tools.pulumi.version import OLDEST, Version, is_accepted

_SECONDS_FOR_VERSION = 30


def find_on_path(ours: Path, variables: Mapping[str, str] = os.environ) -> Path:
    """Return the user's pulumi.

    Args:
        ours: The folder where set-up itself puts commands; it does not count.
        variables: The environment to search and to run in.

    Raises:
        SetupError: There is none, or it will not do.
    """
    folders = variables.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if Path(folder).resolve() != ours.resolve())
    pulumi = shutil.which("pulumi", path=path)
    if pulumi is None:
        raise SetupError("pulumi is not on PATH")
    version = _version_of(pulumi, "version", variables)
    if version is None or not is_accepted(version):
        raise SetupError(f"{pulumi} is version {version}, not {OLDEST} or newer")
    # The engine looks on PATH first, then beside the pulumi that runs.
    beside = Path(pulumi).resolve().with_name("pulumi-language-python")
    host = shutil.which("pulumi-language-python", path=path) or str(beside)
    if _version_of(host, "--version", variables) is None:
        raise SetupError(f"{pulumi} comes without a working pulumi-language-python")
    return Path(pulumi).absolute()


def _version_of(command: str, option: str, variables: Mapping[str, str]) -> Version | None:
    try:
        printed = subprocess.run(
            [command, option],
            env={**variables, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
            timeout=_SECONDS_FOR_VERSION,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return Version.parse(printed)
