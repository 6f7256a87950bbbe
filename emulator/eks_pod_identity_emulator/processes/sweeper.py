"""Cleans up after `exec`, whatever becomes of it: a process of its own that waits on a pipe.

Standard input names what to clean, a line each: `process PID`, `folder PATH`, `marker NAME=VALUE`.
When it ends, `exec` is gone or done: then the processes, all that carry the marker in their
environment and everything below them are asked to end, then made to, and the folders removed.

Run as a script with the standard library alone, so that it is there in no time.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
_PROC = Path("/proc")


def main() -> None:
    """Wait for the end of standard input, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    processes: set[int] = set()
    folders, markers = [], []
    for line in sys.stdin:
        what, _, value = line.rstrip("\n").partition(" ")
        if what == "process":
            processes.add(int(value))
        elif what == "folder":
            folders.append(value)
        else:
            markers.append(value)
    _end(processes, markers)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(processes: set[int], markers: list[str]) -> None:
    doomed = _family(processes) | _marked(markers)
    _signal(doomed, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    while (doomed := _alive(doomed | _marked(markers))) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    _signal(doomed, signal.SIGKILL)


def _signal(processes: Iterable[int], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def _alive(processes: Iterable[int]) -> set[int]:
    alive = set()
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, 0)
            alive.add(process)
    return alive


def _family(processes: set[int]) -> set[int]:
    """Return the processes that are there, with their children and children's children."""
    family = _alive(processes)
    parents = dict(_parents())
    while added := {child for child, parent in parents.items() if parent in family} - family:
        family |= added
    return family


def _parents() -> Iterator[tuple[int, int]]:
    """Yield every process with its parent."""
    if not _PROC.is_dir():
        listing = _ps("-axo", "pid=,ppid=")
        yield from ((int(line.split()[0]), int(line.split()[1])) for line in listing)
        return
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                yield int(entry.name), int(fields[1])


def _marked(markers: list[str]) -> set[int]:
    """Return the processes that have a marker in their environment."""
    if not _PROC.is_dir():
        listing = _ps("-axwwEo", "pid=,command=")
        found = {int(line.split()[0]) for line in listing if any(one in line for one in markers)}
        return found - {os.getpid()}
    wanted = {marker.encode() for marker in markers}
    found = set()
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if wanted & set((entry / "environ").read_bytes().split(b"\0")):
                    found.add(int(entry.name))
    return found - {os.getpid()}


def _ps(*arguments: str) -> list[str]:
    command = ["ps", *arguments]
    listing = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    return [line for line in listing.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    main()
