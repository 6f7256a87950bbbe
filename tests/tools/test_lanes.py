"""Which lane a test is in, with real runs of pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_STARTER = """
import subprocess, sys
import pytest

{marker}
def test_starts_a_process():
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_starts_none():
    pass
"""


def _run(folder: Path, marker: str, lane: str) -> str:
    (folder / "test_made.py").write_text(_STARTER.format(marker=marker))
    command = [sys.executable, "-m", "pytest", "-p", "harness.lanes", "-p", "no:cacheprovider"]
    variables = {**os.environ, "PYTHONPATH": str(_TESTS)}
    return subprocess.run(
        [*command, "--rootdir", folder, "--lane", lane, folder],
        env=variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout


@pytest.mark.parametrize("lane", ["quick", "all"])
def test_pure_test_that_starts_a_process_fails_in_both_lanes(tmp_path: Path, lane: str) -> None:
    """Whoever adds a test learns at once that it is in the wrong lane."""
    printed = _run(tmp_path, "", lane)

    assert "is in the quick lane, but starts a process (subprocess.Popen)" in printed
    assert "1 failed, 1 passed" in printed


@pytest.mark.parametrize(("lane", "ran"), [("quick", "1 passed"), ("all", "2 passed")])
def test_marked_test_runs_in_the_lane_of_all_only(tmp_path: Path, lane: str, ran: str) -> None:
    """The quick lane leaves out what is marked, and nothing else."""
    assert f"{ran} in" in _run(tmp_path, "@pytest.mark.processes", lane)
