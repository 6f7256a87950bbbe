"""The README of each program: its session is typed, and prints what the page shows."""

import shlex
from pathlib import Path

import pytest
from harness.console import is_shown, session
from harness.emulated import ROOT, copy_program, emulator, run_command
from harness.markdown import fenced_blocks, relative_links

_READMES = sorted((ROOT / "programs").glob("*/README.md"))
_START = "eks-pod-identity-emulator exec --seed aws.yaml -- sh"
# The others have several sessions with pods; the tests of their programs type those.
_WHOLE = [readme for readme in _READMES if _START in readme.read_text(encoding="utf-8")]
_BY_POD = "eks-pod-identity-emulator pod exec"
_WIDTH = {"COLUMNS": "100"}


@pytest.mark.parametrize("readme", _WHOLE, ids=lambda path: path.parent.name)
def test_session_prints_what_the_page_shows(readme: Path, tmp_path: Path) -> None:
    """From the first command on an empty AWS to the last, all ends well and as shown."""
    (block,) = (block for block in fenced_blocks(readme) if block.language == "console")
    start, made, *commands = session(block)
    assert start.line == _START
    assert made.line == "pulumi stack init dev"

    with emulator(readme.parent / "aws.yaml") as aws:
        program = copy_program(readme.parent, tmp_path / "program", aws, stack="dev")
        for command in commands:
            run = run_command(
                shlex.split(command.line), {**aws.environment, **_WIDTH}, program.folder
            )
            assert run.code == 0, run.output
            assert is_shown(command.output, run.output), f"{command.line}\n{run.output}"


def test_no_page_is_without_a_run() -> None:
    """A page that this test does not type shows what pods print, which its program's test types."""
    rest = [readme for readme in _READMES if readme not in _WHOLE]
    assert [str(each) for each in rest if _BY_POD not in each.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("readme", _READMES, ids=lambda path: path.parent.name)
def test_links_lead_somewhere(readme: Path) -> None:
    """No link to a page or file that is not there."""
    assert [str(link) for link in relative_links(readme) if not link.exists()] == []
