"""A published page with commands, run one after the other in one shell.

A page is data, see tests/cases/seeds: `source`, the `account` and `region` of its reader, the `aws`
that is there before (a seed file), and `steps`. Of a step:
    printed   the command as the page has it
    prints    texts that it has to print
    refused   true if it has to fail
    cannot    why it is not run as printed; then, if given,
    fails     what it says if it is run all the same
    instead   what is run in its place
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml

from harness.emulator import RunningEmulator

_SHELL = ["bash", "--norc", "--noprofile"]
# Sourced, so that variables last; the marker ends the output of each step.
_RUN = "source {file} </dev/null 2>&1; code=$?; echo; echo {marker}$code\n"
_MARKER = "===step-ended-with:"


class PageShell:
    """A shell of a page's reader, beside an emulator of that page's day."""

    def __init__(self, page: Mapping[str, Any], folder: Path) -> None:
        """Prepare.

        Args:
            page: The page as data.
            folder: An empty folder, for home and work.
        """
        self._page = page
        self._folder = folder
        seed = folder / "aws.yaml"
        seed.write_text(page["aws"])
        self._emulator = RunningEmulator(seed)

    def __enter__(self) -> Self:
        self._emulator.__enter__()
        self._shell = subprocess.Popen(
            _SHELL,
            env=self._environment(),
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._shell.communicate("exit\n", timeout=20)
        self._emulator.__exit__(*error)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "AWS_ENDPOINT_URL": self._emulator.url,
            "AWS_ACCESS_KEY_ID": self._page["account"],
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_REGION": self._page["region"],
            "AWS_DEFAULT_REGION": self._page["region"],
            "AWS_PAGER": "",
        }

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; return its exit code, and all that it printed."""
        file = self._folder / "step.sh"
        file.write_text(command)
        assert self._shell.stdin
        assert self._shell.stdout
        self._shell.stdin.write(_RUN.format(file=file, marker=_MARKER))
        self._shell.stdin.flush()
        lines: list[str] = []
        for line in self._shell.stdout:
            if line.startswith(_MARKER):
                return int(line.removeprefix(_MARKER)), "".join(lines)[:-1]
            lines.append(line)
        raise AssertionError("the shell ended: " + "".join(lines))


def load_page(file: Path) -> dict[str, Any]:
    """Return a page of tests/cases/seeds."""
    page: dict[str, Any] = yaml.safe_load(file.read_text())
    return page
