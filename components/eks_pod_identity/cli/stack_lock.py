"""Whether somebody works on a stack: the lock files of a backend that is a folder.

In: the backend's URL and a stack. Out: the locks, each with whether its process still runs. Other
backends say so themselves, when a command asks them to change something.
"""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Holder(Enum):
    """What is known of the process that took a lock."""

    GONE = "gone"
    RUNS = "runs"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class StackLock:
    """A lock, as Pulumi writes it (pkg/backend/diy/lock.go)."""

    process: int
    user: str
    host: str
    time: str

    @property
    def holder(self) -> Holder:
        """Tell what is known of the process; only on its own machine can it be looked for."""
        if self.host != socket.gethostname():
            return Holder.ELSEWHERE
        return Holder.RUNS if _runs(self.process) else Holder.GONE

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, process {self.process}, since {self.time}"


def find_locks(backend_url: str, full_name: str) -> tuple[StackLock, ...]:
    """Return the locks of a stack; none of a backend that is no folder.

    Args:
        backend_url: As `pulumi whoami --verbose` tells it.
        full_name: `project/stack`.
    """
    folder = _folder(backend_url)
    if folder is None or not full_name:
        return ()
    # Stores of before 2023 have no projects.
    stack = full_name.rpartition("/")[2]
    places = [folder / ".pulumi" / "locks" / name for name in (f"organization/{full_name}", stack)]
    return tuple(lock for place in places for lock in _read(place))


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    return Path(unquote(parts.netloc + parts.path)).expanduser()


def _read(place: Path) -> Iterator[StackLock]:
    for file in sorted(place.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # taken away, or being written, while we look
            continue
        yield StackLock(
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
