"""How a program ends that one of its hooks has stopped: at once, and without a traceback.

A hook raises, the engine tells the report and interrupts the program. Python's own answer to an
interrupt would be a traceback of its event loop, below the report, and only after waiting five
seconds for calls to an engine that answers no more. Any other interrupt is answered as ever.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType

# "The user has been told": of pulumi-language-python-exec, where it has no public name.
_TOLD = 32
_stopped = threading.Event()


def await_stop() -> None:
    """Prepare the program; to be called where a hook is made that may stop it.

    Does nothing in a plugin, which makes hooks in other threads, and beside a handler of others.
    """
    in_program = threading.current_thread() is threading.main_thread()
    if in_program and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def stop() -> None:
    """Say that the program has been stopped, so that the interrupt to come is the engine's."""
    _stopped.set()


def _interrupted(number: int, frame: FrameType | None) -> None:
    if not _stopped.is_set():
        signal.default_int_handler(number, frame)
    with suppress(RuntimeError):  # the interrupt came in the middle of a write
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(_TOLD)  # sys.exit would print the traceback, and take those five seconds
