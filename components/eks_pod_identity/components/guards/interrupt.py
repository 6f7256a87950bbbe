"""How a program ends that was refused or stopped: at once, with the report as its last words.

Pulumi's own end has more below the report: "an unhandled error occurred: program exited with
non-zero exit code: 1" after an error that is raised, and a traceback of Python's event loop after
the interrupt with which the engine ends a program, be it for a hook, a policy or a provider.
"""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from weakref import WeakSet

import pulumi

from eks_pod_identity.errors import PodIdentityError

# "The user has been told": of pulumi-language-python-exec, where it has no public name.
_TOLD = 32
_EXEC = "pulumi-language-python-exec"
# What Pulumi's SDK says if the engine has ended the run, and said why (runtime/settings.py).
_ENGINE_GONE = "Resource monitor has terminated"
_stopped = threading.Event()
_awaited: WeakSet[asyncio.Task[object]] = WeakSet()


def prepare_end() -> None:
    """Let the program end as described; to be called where something may refuse or stop it.

    Does nothing in a plugin, whose errors the engine reports, and beside a handler of others.
    """
    _await_interrupt()
    with suppress(RuntimeError):  # no event loop runs here
        _await_error()


def stop() -> None:
    """Say that the program has been stopped, so that the interrupt to come is the engine's."""
    _stopped.set()


def _await_interrupt() -> None:
    in_program = threading.current_thread() is threading.main_thread()
    if in_program and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: FrameType | None) -> None:
    if not (_stopped.is_set() or _is_run_by_engine()):
        signal.default_int_handler(number, frame)
    with suppress(RuntimeError):  # the interrupt came in the middle of a write
        sys.stdout.flush()
        sys.stderr.flush()
    # sys.exit would print the traceback, after waiting five seconds for calls to an engine that
    # answers no more.
    os._exit(_TOLD)


def _is_run_by_engine() -> bool:
    """Tell whether Pulumi's language host runs this process, in a process group of its own.

    Ctrl-C does not reach it there: Pulumi takes that, says so, and interrupts the program itself.
    """
    return any(Path(argument).name == _EXEC for argument in sys.orig_argv)


def _await_error() -> None:
    for task in asyncio.all_tasks():
        if _runs_program(task) and task not in _awaited:
            _awaited.add(task)
            task.add_done_callback(_ended)


def _runs_program(task: asyncio.Task[object]) -> bool:
    return _is_run_by_engine() and getattr(task.get_coro(), "__name__", "") == "run_in_stack"


def _ended(task: asyncio.Task[object]) -> None:
    """Report what the program raised, before Pulumi does, and end it as one that has reported."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, PodIdentityError):
        pulumi.log.error(str(error))
    elif not (isinstance(error, pulumi.RunError) and str(error).startswith(_ENGINE_GONE)):
        return
    raise SystemExit(_TOLD)
