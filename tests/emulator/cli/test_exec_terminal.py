"""`eks-pod-identity-emulator exec` in the foreground of a terminal."""

import os
import pty
import sys

_PROGRAM = "eks-pod-identity-emulator"


class Terminal:
    """A terminal with `exec` in its foreground."""

    def __init__(self, *command: str) -> None:
        """Start exec as the leader of the terminal's session, as a shell's job is."""
        pid, self._descriptor = pty.fork()
        if pid == 0:  # pragma: no cover - the child becomes exec
            os.execvp(_PROGRAM, [_PROGRAM, "exec", "--", *command])  # noqa: S606 - no shell on purpose
        self._pid = pid
        self.screen = ""

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen."""
        while text not in self.screen:
            self.screen += os.read(self._descriptor, 1024).decode()

    def type(self, keys: str) -> None:
        """Type some keys."""
        os.write(self._descriptor, keys.encode())

    def close(self) -> int:
        """Wait for exec and return its exit code."""
        try:
            while chunk := os.read(self._descriptor, 1024):
                self.screen += chunk.decode()
        except OSError:  # Linux ends a terminal whose session is over so
            pass
        os.close(self._descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def test_prompt_can_be_answered_in_a_terminal() -> None:
    """A command that asks gets the terminal: its prompt is seen and the answer read."""
    script = "import sys; print(sys.stdin.isatty(), flush=True); print('got', input('sure? '))"
    terminal = Terminal(sys.executable, "-c", script)
    terminal.wait_for("sure? ")
    terminal.type("yes\n")

    assert terminal.close() == 0
    assert "True" in terminal.screen
    assert "got yes" in terminal.screen


def test_interrupt_key_reaches_the_command_once() -> None:
    """Ctrl-C is one interrupt for the command; a second would make Pulumi give up at once."""
    script = (
        "import signal, time\n"
        "count = 0\n"
        "def interrupted(*_):\n"
        "    global count\n"
        "    count += 1\n"
        "signal.signal(signal.SIGINT, interrupted)\n"
        "print('up', flush=True)\n"
        "while not count:\n"
        "    time.sleep(0.05)\n"
        "time.sleep(0.5)\n"
        "print('interrupts:', count, flush=True)\n"
    )
    terminal = Terminal(sys.executable, "-c", script)
    terminal.wait_for("up")
    terminal.type("\x03")

    assert terminal.close() == 0
    assert "interrupts: 1" in terminal.screen
