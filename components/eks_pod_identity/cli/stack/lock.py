"""Whether somebody works on a stack: the lock files of a backend that is a folder.

In: the backend's folder and a stack. Out: the locks, each with whether its process still runs.
Other backends say so themselves, when a command asks them to change something.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class Holder(Enum):
    """What is known of the process that took a lock."""

    GONE = "gone"
    RUNS = "runs"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class StackLock:
    """A lock, as Pulumi writes it (pkg/backend/diy/lock.go); empty if it is cut off.

    Attributes:
        file: Where it is.
        process: Who took it, and the others likewise.
    """

    file: Path
    process: int = 0
    user: str = ""
    host: str = ""
    time: str = ""

    @property
    def holder(self) -> Holder:
        """Tell what is known of the process; only on its own machine can it be looked for."""
        if self.host != socket.gethostname():
            return Holder.ELSEWHERE
        return Holder.RUNS if _runs(self.process) else Holder.GONE

    def __str__(self) -> str:
        if not self.process:
            return f"whoever began to write {self.file}"
        return f"{self.user}@{self.host}, process {self.process}, since {self.time}"


def backend_folder(backend_url: str) -> Path | None:
    """Return the folder of a backend, from its URL as `pulumi whoami --verbose` tells it."""
    parts = urlsplit(backend_url)
    if parts.scheme != "file":
        return None
    return Path(unquote(parts.netloc + parts.path)).expanduser()


def find_locks(folder: Path, full_name: str) -> tuple[StackLock, ...]:
    """Return the locks of a stack.

    Args:
        folder: Of the backend.
        full_name: `project/stack`.
    """
    # Stores of before 2023 have no projects.
    stack = full_name.rpartition("/")[2]
    places = [folder / ".pulumi" / "locks" / name for name in (f"organization/{full_name}", stack)]
    return tuple(lock for place in places for lock in _read(place))


def _read(place: Path) -> Iterator[StackLock]:
    # Whatever lies there is a lock to Pulumi, also the .tmp of an engine that was killed over it.
    for file in sorted(place.glob("*")):
        if file.is_file() and file.suffix != ".attrs":
            found = read_lock(file)
            if found:
                yield found


def read_lock(file: Path) -> StackLock | None:
    """Return what a lock file says; None if it was taken away while we look."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        content = {}
    return _lock(content, file)


def _lock(content: Mapping[str, Any], file: Path) -> StackLock:
    if not content:
        return StackLock(file)
    return StackLock(
        file,
        process=content["pid"],
        user=content["username"],
        host=content["hostname"],
        time=content["timestamp"].partition(".")[0],
    )


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and somebody else's
        return True
    return True
