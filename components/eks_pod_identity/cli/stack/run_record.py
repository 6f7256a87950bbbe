"""What is kept of a run beside its stack, until the state is saved: who runs it, and its event log.

In: the folder of a program and a stack. Out: a record that outlives an engine that is killed. It
lies in `.eks-pod-identity/` beside Pulumi.yaml, which git passes over, and holds no secrets: the
engine leaves them out of its events.
"""

import getpass
import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eks_pod_identity.cli.stack.lock import StackLock, read_lock
from eks_pod_identity.recovery.journal import Recorded, read_journal

_FOLDER, _RUNS = ".eks-pod-identity", "runs"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The record of the run of a stack, if there is one.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @classmethod
    def of(cls, program: Path, stack: str) -> "RunRecord":
        """Return the record of a stack.

        Args:
            program: The folder of the program's Pulumi.yaml.
            stack: The stack's own name.
        """
        return cls(program / _FOLDER / _RUNS / stack)

    @staticmethod
    def are_in(program: Path) -> bool:
        """Tell whether there is a record of any stack of a program."""
        return any((program / _FOLDER / _RUNS).glob("*"))

    @property
    def events(self) -> Path:
        """The engine's event log."""
        return self.folder / "events.jsonl"

    def runner(self) -> StackLock | None:
        """Return who runs it, or ran it and was cut off; None if there is no record."""
        return read_lock(self._marker) if self._marker.is_file() else None

    def begin(self) -> None:
        """Write down that a run begins.

        Raises:
            OSError: The folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder.parent.parent / ".gitignore").write_text("*\n")
        self.events.unlink(missing_ok=True)
        self._marker.write_text(json.dumps(_who()))

    def end(self) -> None:
        """Forget the run: its state is saved."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def journal(self) -> tuple[Recorded, ...]:
        """Return the steps of the run."""
        return read_journal(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.events.is_file():
            with self.events.open(encoding="utf-8", errors="replace") as lines:
                yield from lines

    @property
    def _marker(self) -> Path:
        return self.folder / "run.json"


def _who() -> dict[str, str | int]:
    """Return what Pulumi writes into a lock (pkg/backend/diy/lock.go)."""
    return {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
