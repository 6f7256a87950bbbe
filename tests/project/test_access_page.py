"""docs/access.md: commands print what the page says they print."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from harness.emulated import ROOT
from harness.markdown import fenced_blocks, relative_links
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_PAGE = ROOT / "docs" / "access.md"
_FILES = ROOT / "tests" / "cases" / "access"
_COMMAND = Path(sys.executable).parent / "eks-pod-identity"
_PROMPT = "$ eks-pod-identity "


def _shown() -> list[str]:
    return [each.text for each in fenced_blocks(_PAGE) if each.language == "console"]


@pytest.mark.parametrize("shown", _shown(), ids=lambda shown: shown.split("\n")[0])
def test_output_is_what_the_command_prints(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block is a command and its real output; `UPDATE_GOLDEN=1 pytest …` writes it anew."""
    monkeypatch.chdir(_FILES)
    command = shown.split("\n", maxsplit=1)[0]
    assert command.startswith(_PROMPT)

    printed = CliRunner().invoke(app, shlex.split(command.removeprefix(_PROMPT))).output
    found = f"{command}\n{printed}".rstrip("\n")
    if os.environ.get("UPDATE_GOLDEN"):
        _PAGE.write_text(_PAGE.read_text().replace(shown.rstrip("\n") + "\n```", found + "\n```"))
        return
    assert shown.rstrip("\n") == found


def test_options_of_who_are_those_of_the_command() -> None:
    """The table has every option, and no other."""
    asked = subprocess.run([_COMMAND, "who", "--help"], capture_output=True, check=True)
    options = set(re.findall(r"--[a-z-]+[a-z]", asked.stdout.decode())) - {"--help", "--json"}
    rows = [line for line in _PAGE.read_text().splitlines() if line.startswith("| `--")][:5]

    assert {each for row in rows for each in re.findall(r"--[a-z-]+[a-z]", row)} == options


@pytest.mark.parametrize("number", range(2))
def test_answers_of_can_are_those_that_a_test_holds(number: int) -> None:
    """What the page shows of `can` is what it prints against the emulator."""
    shown = [each.text for each in fenced_blocks(_PAGE) if each.language == "text"]
    golden = ROOT / "tests" / "golden" / "can" / ("refused.txt", "resource-policy.txt")[number]

    assert len(shown) == 2
    assert shown[number].partition("\n")[2] == golden.read_text()


def test_links_lead_somewhere() -> None:
    """No link to a page or an example that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []
