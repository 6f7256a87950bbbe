"""docs/doctor.md: it has every option and every check."""

import re
import subprocess

import pytest
from harness.emulated import BIN, ROOT
from harness.markdown import relative_links

from eks_pod_identity.diagnosis.diagnose import CHECKS

_PAGE = ROOT / "docs" / "doctor.md"


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
