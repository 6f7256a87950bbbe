"""Which Python runs a program: the interpreter on PATH, or the one of a virtual environment.

In: a `ProgramInfo` of the engine. Out: command line and environment variables of that Python. Must
not create or change an environment; only `InstallDependencies` does.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from google.protobuf import json_format
from pulumi.runtime.proto import language_pb2

_KNOWN_OPTIONS = frozenset({"toolchain", "virtualenv"})


class EnvironmentChoiceError(Exception):
    """The project asks for an environment that cannot be had; the text says what to do."""


@dataclass(frozen=True, slots=True)
class PythonEnvironment:
    """A Python to run programs with; without `virtualenv` it is the first one on PATH."""

    virtualenv: Path | None = None

    @classmethod
    def of_program(cls, info: language_pb2.ProgramInfo, *, is_plugin: bool = False) -> Self:
        """Read `runtime.options` of Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml.

        Raises:
            EnvironmentChoiceError: An option is set that only the official host knows.
        """
        options: Mapping[str, object] = json_format.MessageToDict(info.options)
        unknown = sorted(set(options) - _KNOWN_OPTIONS)
        if unknown or options.get("toolchain", "pip") != "pip":
            named = ", ".join(unknown) or f"toolchain {options['toolchain']}"
            raise EnvironmentChoiceError(
                f"runtime option {named} needs the official Pulumi CLI on PATH"
            )
        # The official host, too, never runs a component plugin in whatever Python is on PATH.
        virtualenv = str(options.get("virtualenv") or ("venv" if is_plugin else ""))
        return cls(Path(info.root_directory, virtualenv) if virtualenv else None)

    @property
    def python(self) -> str:
        """The path of the interpreter.

        Raises:
            EnvironmentChoiceError: There is none.
        """
        if self.virtualenv is not None:
            python = self.virtualenv / "bin" / "python"
            if not python.is_file():
                raise EnvironmentChoiceError(
                    f"virtualenv {self.virtualenv} has no bin/python; run pulumi install"
                )
            return str(python)
        commands = [os.environ.get("PULUMI_PYTHON_CMD"), "python3", "python"]
        found = next((path for path in map(shutil.which, filter(None, commands)) if path), None)
        if found is None:
            raise EnvironmentChoiceError("no python3 on PATH; install Python 3.11 or newer")
        return found

    def variables(self) -> dict[str, str]:
        """Return this process's variables, with the virtual environment activated."""
        variables = dict(os.environ)
        if self.virtualenv is not None:
            variables.pop("PYTHONHOME", None)
            variables["VIRTUAL_ENV"] = str(self.virtualenv)
            path = variables.get("PATH", os.defpath)
            variables["PATH"] = f"{self.virtualenv / 'bin'}{os.pathsep}{path}"
        return variables

    def install_commands(self, program_directory: Path) -> Iterator[tuple[str, ...]]:
        """Yield what makes the virtual environment, if it is missing, and fills it."""
        if self.virtualenv is not None and not (self.virtualenv / "bin" / "python").exists():
            yield (PythonEnvironment().python, "-m", "venv", str(self.virtualenv))
        if (program_directory / "requirements.txt").is_file():
            yield (self.python, "-m", "pip", "install", "-r", "requirements.txt")

    def output_of(self, *args: str) -> str:
        """Run this Python to its end and return what it prints."""
        return subprocess.run(
            [self.python, *args],
            env=self.variables(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
