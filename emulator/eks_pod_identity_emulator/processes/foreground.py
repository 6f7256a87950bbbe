"""Runs the command itself: in the terminal, with the signals that are meant for it.

The command stays in the process group of `exec`, as with `env` or `time`: prompts, pagers, Ctrl-C
and Ctrl-Z work as if the command had been typed alone. What the terminal sends goes to both; what
somebody sends to `exec` alone is passed on.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OF_TERMINAL = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
_SIGNAL_EXIT = 128


def run_in_foreground(
    command: Sequence[str], environment: Mapping[str, str], on_start: Callable[[int], None]
) -> int:
    """Run a command to its end and return its exit code, 128 and more if a signal ended it.

    Args:
        command: The command and its arguments.
        environment: Its environment.
        on_start: Told the command's process id.

    Raises:
        OSError: The command cannot be started.
    """
    waited = {*_FORWARDED, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    try:
        process = subprocess.Popen(  # noqa: S603 - running what the user names is the purpose
            command,
            env=dict(environment),
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before),  # noqa: PLW1509 - one thread only
        )
        on_start(process.pid)
        while process.poll() is None:
            _pass_on(process, waited)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code = process.returncode
    return code if code >= 0 else _SIGNAL_EXIT - code


def _pass_on(process: "subprocess.Popen[bytes]", waited: set[signal.Signals]) -> None:
    """Wait for a signal, and pass it on if the command has not got it itself."""
    if hasattr(signal, "sigwaitinfo"):
        info = signal.sigwaitinfo(waited)
        number, from_terminal = info.si_signo, info.si_code > 0
    else:  # macOS does not tell who sent a signal
        number = signal.sigwait(waited)
        from_terminal = number in _OF_TERMINAL and _is_in_foreground()
    if number in _FORWARDED and not from_terminal:
        process.send_signal(number)


def _is_in_foreground() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
