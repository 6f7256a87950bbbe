"""`pulumi up` in the user's own terminal, shielded from what would end it before it has saved.

In: the folder of a program and the arguments. Out: its exit code. A terminal that is closed, or a
reader that goes away, ends nothing; one Ctrl-C is the engine's matter, which ends what has begun
and saves.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from eks_pod_identity.cli.stack.pulumi import missing_pulumi
from eks_pod_identity.errors import ObservationError


def run_engine(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run Pulumi and return its exit code; that of a signal is 128 and its number.

    Args:
        arguments: What Pulumi is asked.
        folder: Where the program is.
        environment: What is set beside the user's own.

    Raises:
        ObservationError: There is no Pulumi.
    """
    program = shutil.which("pulumi")
    if program is None:
        raise ObservationError([missing_pulumi()])
    # A closed pipe kills who writes to it, so what goes into a pipe goes through us.
    piped = None if sys.stdout.isatty() else subprocess.PIPE
    with _hangup_ignored():
        process = subprocess.Popen(  # noqa: S603 - the user's own Pulumi
            [program, *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=piped,
            stderr=subprocess.STDOUT if piped else None,
            text=True,
        )
        with _signals_left_to(process):
            if process.stdout:
                _pass_on(process.stdout)
            code = process.wait()
    return code if code >= 0 else 128 - code


def _pass_on(lines: IO[str]) -> None:
    for line in lines:
        with suppress(OSError):
            sys.stdout.write(line)
            sys.stdout.flush()


@contextmanager
def _hangup_ignored() -> Iterator[None]:
    """Ignore a hangup for the time of a run; a child inherits that, unlike a handler."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@contextmanager
def _signals_left_to(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Leave Ctrl-C, which both get, to the engine, and hand on what asks us to end."""

    def hand_on(number: int, _: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    def wait(_: int, __: FrameType | None) -> None:
        """Do nothing: the terminal has told the engine, too."""

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
        signal.SIGINT: signal.signal(signal.SIGINT, wait),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
