"""docs/migration.md: it shows what the command prints, and explains every option."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from harness.emulated import ROOT
from harness.markdown import relative_links

_PAGE = ROOT / "docs" / "migration.md"
_GOLDEN = ROOT / "tests" / "golden" / "migrate"
_COMMAND = Path(sys.executable).parent / "eks-pod-identity"


@pytest.mark.parametrize("action", ["status", "plan", "proof"])
def test_output_is_what_the_command_prints(action: str) -> None:
    """Each output on the page is the golden file of a test that runs the command."""
    printed = (_GOLDEN / f"{action}.txt").read_text()
    assert f"$ eks-pod-identity migrate {action} --cluster prod\n{printed}```" in _PAGE.read_text()


def test_options_are_those_of_the_command() -> None:
    """The table has every option, and no other."""
    asked = subprocess.run([_COMMAND, "migrate", "--help"], capture_output=True, check=True)
    options = set(re.findall(r"--[a-z-]+[a-z]", asked.stdout.decode()))
    rows = [line for line in _PAGE.read_text().splitlines() if line.startswith("| `--")]
    told = {option for row in rows for option in re.findall(r"--[a-z-]+[a-z]", row.split(" | ")[0])}
    assert told == options - {"--help"}


def test_links_lead_somewhere() -> None:
    """No link to a page that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []
