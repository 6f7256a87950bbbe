"""Set-up as a whole: what it remembers, what it says, and what it gives to a shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.content import content_hash
from tools.progress import SetupError, run, step
from tools.setup.__main__ import shell_lines
from tools.setup.record import Record

_ROOT = Path(__file__).parents[2]
_FIND_PYTHON = _ROOT / "tools" / "setup" / "find-python.sh"


def test_record_survives_the_process(tmp_path: Path) -> None:
    """What one set-up has done, the next one knows."""
    Record(tmp_path / "set-up.json").keep("lock", "a")
    assert Record(tmp_path / "set-up.json").holds("lock", "a")
    assert not Record(tmp_path / "set-up.json").holds("lock", "b")


def test_forgotten_entry_is_done_again_after_an_interruption(tmp_path: Path) -> None:
    """Work that was begun and not ended counts as not done."""
    Record(tmp_path / "set-up.json").keep("lock", "a")
    Record(tmp_path / "set-up.json").forget("lock", "never kept")
    assert not Record(tmp_path / "set-up.json").holds("lock", "a")


@pytest.mark.parametrize("content", [None, "", "{", "\x00"])
def test_unreadable_record_is_an_empty_one(tmp_path: Path, content: str | None) -> None:
    """A lost or torn record costs time and nothing else."""
    if content is not None:
        (tmp_path / "set-up.json").write_text(content)
    assert not Record(tmp_path / "set-up.json").holds("lock", "a")


def test_content_hash_tells_files_apart(tmp_path: Path) -> None:
    """Text that moves from one file to the next is a change."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("ab")
    second.write_text("c")
    before = content_hash(first, second)
    first.write_text("a")
    second.write_text("bc")
    assert content_hash(first, second) != before


def test_shell_lines_put_the_commands_first(tmp_path: Path) -> None:
    """A POSIX shell finds the project's commands, whatever the checkout's path is."""
    environment = tmp_path / 'it\'s a "path" with $spaces' / ".venv"
    command = environment / "bin" / "pulumi"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho ours\n")
    command.chmod(0o755)
    script = f'{shell_lines(environment)}\npulumi\necho "$VIRTUAL_ENV"'
    answer = subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True, text=True)
    assert answer.stdout.splitlines() == ["ours", str(environment)]


def _find_python(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", _FIND_PYTHON], check=False, capture_output=True, text=True, env=variables
    )


def test_python_beneath_a_virtual_environment_is_found() -> None:
    """Set-up run from inside `.venv` can remake `.venv`."""
    found = _find_python(PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin").stdout.strip()
    assert Path(found).is_file()
    assert Path(found).parent != Path(sys.executable).parent


def test_too_old_or_broken_python_is_passed_over(tmp_path: Path) -> None:
    """A python3 that is too old, or a stand-in that fails, does not hide a newer one."""
    for name, script in (("python3", "exit 1"), ("python3.13", f'exec {sys.executable} "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    assert Path(_find_python(PATH=f"{tmp_path}:/nowhere").stdout.strip()).is_file()


def test_missing_python_is_one_sentence() -> None:
    """Without Python 3.11 the user learns what to install, and nothing else."""
    found = _find_python(PATH="/nowhere")
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.startswith("set-up: needs Python 3.11 or newer; install it")
    assert len(found.stderr.splitlines()) == 1


def test_failed_command_shows_what_it_said_last(capfd: pytest.CaptureFixture[str]) -> None:
    """The reason of a failure is in the message, and standard output stays clean."""
    script = "print('first'); print('no space left'); raise SystemExit(3)"
    with (
        pytest.raises(SetupError, match=r"exit code 3:\n  first\n  no space left"),
        step("Work") as shown,
    ):
        run([sys.executable, "-c", script], shown)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == ["0:00 Work", "0:00 Work: failed"]


def test_make_lists_its_targets() -> None:
    """A newcomer who types `make` learns what there is, before any set-up."""
    listed = subprocess.run(
        ["make"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    targets = {line.split()[0] for line in listed.splitlines()}
    assert {
        "demo",
        "quick",
        "test",
        "newest",
        "check",
        "lint",
        "bench",
        "clean",
        "lock",
        "env",
        "setup",
    } <= targets
