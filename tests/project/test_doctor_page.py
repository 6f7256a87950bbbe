"""docs/doctor.md: what it shows is what a test holds, and it has every option."""

import re
import subprocess

import pytest
from harness.emulated import BIN, ROOT
from harness.markdown import fenced_blocks, relative_links

from eks_pod_identity.diagnosis.diagnose import CHECKS

_PAGE = ROOT / "docs" / "doctor.md"
_GOLDEN = ROOT / "tests" / "golden" / "doctor" / "trust-of-another-cluster.txt"


def test_answer_is_the_one_that_a_test_holds() -> None:
    """The page shows what `doctor` prints against the emulator."""
    (shown,) = (each.text for each in fenced_blocks(_PAGE) if each.language == "text")

    assert shown.rstrip("\n") == _GOLDEN.read_text().rstrip("\n")


def test_options_are_those_of_the_command() -> None:
    """The table has every option, and no other."""
    asked = subprocess.run(
        [BIN / "eks-pod-identity", "doctor", "--help"], capture_output=True, check=True
    )
    options = set(re.findall(r"--[a-z-]+[a-z]", asked.stdout.decode())) - {"--help"}
    rows = [line for line in _PAGE.read_text().splitlines() if line.startswith("| `--")]

    assert {each for row in rows for each in re.findall(r"--[a-z-]+[a-z]", row)} == options


@pytest.mark.parametrize("check", [name for name, _ in CHECKS])
def test_each_check_is_explained(check: str) -> None:
    """No check is left out of the list."""
    assert f"**{check}**" in _PAGE.read_text()


def test_links_lead_somewhere() -> None:
    """No link to a page that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []
