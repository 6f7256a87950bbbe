"""A program that a hook has stopped ends at once; any other interrupt is answered as ever."""

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.processes

_INTERRUPT = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(30)"
_AWAIT = "from eks_pod_identity.components.guards.interrupt import prepare_end, stop; prepare_end()"


def test_interrupt_of_a_stopped_program_ends_it_without_a_word() -> None:
    """The engine's report is not followed by a traceback, nor by a wait."""
    done = _run(_AWAIT, "print('said', end='')", "stop()", _INTERRUPT)
    assert (done.returncode, done.stdout, done.stderr) == (32, "said", "")


def test_interrupt_of_a_user_is_answered_as_ever() -> None:
    """Ctrl-C in a program that nothing has stopped is Python's own KeyboardInterrupt."""
    done = _run(_AWAIT, _INTERRUPT)
    assert done.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in done.stderr


def test_handler_of_the_program_stays() -> None:
    """A program that has its own answer to interrupts keeps it."""
    own = "import signal, sys; signal.signal(signal.SIGINT, lambda *_: sys.exit(7))"
    done = _run(own, _AWAIT, "stop()", _INTERRUPT)
    assert done.returncode == 7


def test_plugin_is_left_alone() -> None:
    """In a thread, where a plugin makes its hooks, nothing is set and nothing fails."""
    thread = "import threading; t = threading.Thread(target=prepare_end); t.start(); t.join()"
    done = _run(_AWAIT.replace("; prepare_end()", ""), thread, "stop()", _INTERRUPT)
    assert done.returncode == -signal.SIGINT


def _run(*lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
