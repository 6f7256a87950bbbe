"""Who holds a stack: locks as Pulumi's folder backend writes them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from eks_pod_identity.cli.stack.lock import Holder, backend_folder, find_locks

_HERE = socket.gethostname()


def test_lock_of_a_running_process_is_live(tmp_path: Path) -> None:
    """Whoever still works on a stack is not disturbed."""
    _write_lock(tmp_path, process=os.getpid(), host=_HERE)

    (lock,) = find_locks(tmp_path, "shop/dev")

    assert lock.holder is Holder.RUNS


@pytest.mark.processes
def test_lock_of_a_process_that_has_ended_is_stale(tmp_path: Path) -> None:
    """A killed engine leaves its lock, and the lock says whose it was."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    _write_lock(tmp_path, process=process.pid, host=_HERE)

    (lock,) = find_locks(tmp_path, "shop/dev")

    assert lock.holder is Holder.GONE
    assert str(lock) == f"ann@{_HERE}, process {process.pid}, since 2026-11-21T10:00:00"


def test_lock_of_another_machine_cannot_be_judged(tmp_path: Path) -> None:
    """A process of the same number on this machine says nothing about that one."""
    _write_lock(tmp_path, process=os.getpid(), host="elsewhere")

    (lock,) = find_locks(tmp_path, "shop/dev")

    assert lock.holder is Holder.ELSEWHERE


def test_other_stacks_are_passed_over(tmp_path: Path) -> None:
    """Only the locks of the stack itself count."""
    _write_lock(tmp_path, process=os.getpid(), host=_HERE)

    assert find_locks(tmp_path, "shop/prod") == ()


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", ""])
def test_backend_that_is_no_folder_has_none(url: str) -> None:
    """Those tell of a lock themselves as soon as they are asked to change something."""
    assert backend_folder(url) is None


def test_folder_of_a_backend_is_that_of_its_url() -> None:
    """Pulumi's own way to write it, with `~` and with what a URL escapes."""
    assert backend_folder("file:///srv/my%20state?no_tmp_dir=true") == Path("/srv/my state")
    assert backend_folder("file://~") == Path.home()
    assert backend_folder("file://./state") == Path("state")


@pytest.mark.parametrize("name", ["6ffea332.json", "6ffea332.json.18ea0e37.tmp"])
def test_lock_that_is_cut_off_holds_as_it_does_for_pulumi(tmp_path: Path, name: str) -> None:
    """Nobody can tell whether its writer still runs, and Pulumi refuses because of it."""
    file = _write_lock(tmp_path, process=os.getpid(), host=_HERE)
    file.with_name(f"{file.name}.attrs").write_text("{}")
    file.rename(torn := file.with_name(name))
    torn.write_text('{"pid": 12')

    (lock,) = find_locks(tmp_path, "shop/dev")

    assert lock.holder is Holder.ELSEWHERE
    assert str(lock) == f"whoever began to write {torn}"


def _write_lock(folder: Path, *, process: int, host: str) -> Path:
    place = folder / ".pulumi" / "locks" / "organization" / "shop" / "dev"
    place.mkdir(parents=True)
    lock = place / "6ffea332.json"
    content = {"pid": process, "username": "ann", "hostname": host}
    lock.write_text(json.dumps({**content, "timestamp": "2026-11-21T10:00:00.5Z"}))
    return lock
