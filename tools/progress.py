"""What a person sees while set-up works: what is being done, and for how long already.

In: steps and what they report. Out: lines on standard error (one that renews itself on a terminal,
plain ones elsewhere). Must not write to standard output, which belongs to `make env`.
"""

import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_BETWEEN_PLAIN_LINES = 20.0
_LINES_OF_A_FAILURE = 15


class SetupError(Exception):
    """Set-up cannot go on; the text says what is missing and what to do."""


class Step:
    """One piece of work; `report` says what it is at."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._detail = ""
        self._started = time.monotonic()

    def report(self, detail: str) -> None:
        """Show what the step is doing now."""
        self._detail = detail

    def __str__(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{minutes}:{seconds:02} {self._title}" + (self._detail and f": {self._detail}")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show a step until the block ends."""
    shown = Step(title)
    ended = threading.Event()
    show = _renew_line if sys.stderr.isatty() else _print_lines
    display = threading.Thread(target=show, args=(shown, ended), daemon=True)
    display.start()
    outcome = "failed"
    try:
        yield shown
        outcome = "done"
    finally:
        ended.set()
        display.join()
        shown.report(outcome)
        print(shown, file=sys.stderr, flush=True)


def _renew_line(shown: Step, ended: threading.Event) -> None:
    while not ended.wait(_SECONDS_BETWEEN_LOOKS):
        columns = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{str(shown)[:columns]}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def _print_lines(shown: Step, ended: threading.Event) -> None:
    print(shown, file=sys.stderr, flush=True)
    while not ended.wait(_SECONDS_BETWEEN_PLAIN_LINES):
        print(shown, file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    shown: Step,
    *,
    describe: Callable[[str], str | None] = lambda line: line,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run a command and report what `describe` makes of the lines that it prints.

    Raises:
        SetupError: The command failed; the text ends with what it printed last.
    """
    last_lines: deque[str] = deque(maxlen=_LINES_OF_A_FAILURE)
    with subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in map(str.strip, process.stdout or ()):
            last_lines.append(line)
            detail = describe(line)
            if detail:
                shown.report(detail)
    if process.returncode:
        said = "\n  ".join(last_lines)
        named = " ".join(map(str, command[:4]))
        raise SetupError(f"{named} ... ended with exit code {process.returncode}:\n  {said}")
