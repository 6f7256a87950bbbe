"""The Pulumi command line, as far as a recovery needs it: one method per command.

Commands run in the user's own environment, so backend, passphrase and credentials are those of
`pulumi up`. What Pulumi says of a failure is passed on as it is.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eks_pod_identity.errors import ApplyError, ObservationError, Problem

_BROKEN = "failed to load checkpoint"
_LOCKED = ("currently locked by", "Another update is currently in progress")


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    output: str
    error: str

    @property
    def said(self) -> tuple[str, ...]:
        """What Pulumi said of a failure, a line each."""
        lines = (self.error or self.output).splitlines()
        return tuple(line.strip().removeprefix("error: ") for line in lines if line.strip())


@dataclass(frozen=True, slots=True)
class Pulumi:
    """Pulumi in the folder of a program, on one of its stacks.

    Attributes:
        folder: Where the program's Pulumi.yaml is.
        stack: The stack; None for the one that is selected.
    """

    folder: Path
    stack: str | None = None

    @property
    def stack_name(self) -> str | None:
        """The stack's own name, without organization and project; None if none was given."""
        stack = self.stack or os.environ.get("PULUMI_STACK")
        return stack.rpartition("/")[2] if stack else None

    def selected(self) -> str:
        """Return the name of the stack, also if none was given.

        Raises:
            ObservationError: There is no Pulumi, no program or no stack.
        """
        return self._read("the stack", "stack", "--show-name").output.strip()

    def export(self) -> Mapping[str, Any]:
        """Return the stack's state.

        Raises:
            ObservationError: There is no Pulumi, no program or no stack.
        """
        return _json(self._read("the stack", "stack", "export"))

    def backend_url(self) -> str:
        """Return where the stack's state is kept.

        Raises:
            ObservationError: There is no Pulumi.
        """
        done = self._run("whoami", "--verbose", "--json")
        return str(_json(done).get("url", "")) if done.code == 0 else ""

    def preview(self) -> tuple[Mapping[str, Any], Done]:
        """Return what the next run would do, as far as the program came, and how it ended."""
        done = self._run("preview", "--json", *self._on_stack())
        return _json(done), done

    def preview_import(self, content: Mapping[str, Any]) -> tuple[Mapping[str, Any], Done]:
        """Return what an import would find, and how its preview ended; nothing is changed."""
        with _as_file(content) as file:
            done = self._run(
                "import", *_importing(file), "--preview-only", "--json", *self._on_stack()
            )
        return _json(done), done

    def cancel(self) -> None:
        """Take the lock of an update away.

        Raises:
            ApplyError: Pulumi refuses.
        """
        self._change("cancel", "--yes")

    def rename(self, urn: str, name: str) -> None:
        """Give a resource another name in the state.

        Raises:
            ApplyError: Pulumi refuses.
        """
        self._change("state", "rename", urn, name, "--yes")

    def remove(self, urn: str) -> None:
        """Take a resource out of the state; it stays in AWS.

        Raises:
            ApplyError: Pulumi refuses.
        """
        self._change("state", "remove", urn, "--yes")

    def import_(self, content: Mapping[str, Any]) -> None:
        """Put resources that exist into the state.

        Raises:
            ApplyError: Pulumi refuses.
        """
        with _as_file(content) as file:
            self._change("import", *_importing(file), "--yes", "--skip-preview")

    def put_back(self, exported: Mapping[str, Any]) -> None:
        """Put a state in the place of the stack's; pending operations are not put back.

        Raises:
            ApplyError: Pulumi refuses.
        """
        with _as_file(exported) as file:
            self._change("stack", "import", "--file", str(file))

    def refresh(
        self, urns: tuple[str, ...], *, clear_all: bool, cleared: Mapping[str, str]
    ) -> None:
        """Read resources anew, and clear pending creations.

        Args:
            urns: What is to be read.
            clear_all: Whether to clear all pending creations.
            cleared: Else, those to clear, by URN with their id.

        Raises:
            ApplyError: Pulumi refuses.
        """
        targets = [argument for urn in urns for argument in ("--target", urn)]
        clear = ["--clear-pending-creates"] if clear_all else []
        # Pulumi says that it imports them; what it does is to drop them (3.259).
        some = [f"--import-pending-creates={each}" for pair in cleared.items() for each in pair]
        self._change("refresh", "--yes", "--skip-preview", *clear, *some, *targets)

    def _read(self, what: str, *arguments: str) -> Done:
        done = self._run(*arguments, *self._on_stack())
        if done.code != 0:
            raise ObservationError([_unreadable(what, done)])
        return done

    def _change(self, *arguments: str) -> None:
        done = self._run(*arguments, *self._on_stack())
        if done.code == 0:
            return
        command = f"pulumi {arguments[0]}"
        if any(text in done.output + done.error for text in _LOCKED):
            raise ApplyError([_locked(done)])
        raise ApplyError(
            [Problem("pulumi-failed", "pulumi", f"{command} fails", observed=done.said)]
        )

    def _on_stack(self) -> tuple[str, ...]:
        return ("--stack", self.stack) if self.stack else ()

    def _run(self, *arguments: str) -> Done:
        program = shutil.which("pulumi")
        if program is None:
            raise ObservationError([missing_pulumi()])
        with subprocess.Popen(  # noqa: S603 - the user's own Pulumi, with arguments of ours
            [program, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            output, error = _communicate(process)
        return Done(process.returncode, output, error)


def _communicate(process: "subprocess.Popen[str]") -> tuple[str, str]:
    try:
        return process.communicate()
    except KeyboardInterrupt:
        # Pulumi has heard of it as well. Killed, it would leave what a recovery is there to mend.
        process.communicate()
        raise


def missing_pulumi() -> Problem:
    """Return the problem that there is no Pulumi on PATH."""
    return Problem(
        "pulumi-missing",
        "pulumi",
        "the Pulumi command line is not on PATH",
        help=("https://www.pulumi.com/docs/iac/download-install/ tells how to install it",),
    )


def _unreadable(what: str, done: Done) -> Problem:
    help_ = "run it where the program's Pulumi.yaml is, or give --cwd and --stack"
    # In a folder that is mended before; a bucket's own client is needed for the same there.
    if any(_BROKEN in line for line in done.said):
        help_ = (
            "in the backend's .pulumi/stacks/PROJECT, put STACK.json.bak in the place of\n"
            "STACK.json, say with aws s3 cp, then this command again"
        )
    return Problem(
        "stack-unreadable", "pulumi", f"cannot read {what}", observed=done.said, help=(help_,)
    )


def _locked(done: Done) -> Problem:
    return Problem(
        "stack-locked",
        "pulumi",
        "the stack is locked by an update that may still run",
        observed=done.said,
        help=("wait for it; if it has surely ended, pulumi cancel, then this command again",),
    )


def _importing(file: Path) -> tuple[str, ...]:
    # Pulumi protects what it imports and writes code for it; the program has its own word on both.
    return ("--file", str(file), "--protect=false", "--generate-code=false")


def _json(done: Done) -> Mapping[str, Any]:
    try:
        content = json.loads(done.output)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


class _as_file:  # noqa: N801 - a context manager, used like a function
    """A JSON file for the time of the context."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(prefix="eks-pod-identity-")
        file = Path(self._folder.name) / "import.json"
        file.write_text(json.dumps(self._content), encoding="utf-8")
        return file

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
