"""docs/testing.md: its example is a test that passes, its facts are those of the code."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from harness.emulated import ROOT
from harness.markdown import fenced_blocks, relative_links

from eks_pod_identity_emulator.testing.emulated_aws import EmulatedAws

_PAGE = ROOT / "docs" / "testing.md"


def test_example_passes(tmp_path: Path) -> None:
    """The files of the page, put into one folder, are tests of a stack, and both pass."""
    for block in fenced_blocks(_PAGE):
        if block.language in {"python", "yaml"}:
            (tmp_path / block.file).write_text(block.text)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_setting_is_one_of_pytest() -> None:
    """The name of the setting and of the option are those of the plugin."""
    (block,) = (block for block in fenced_blocks(_PAGE) if block.language == "toml")
    (setting,) = tomllib.loads(block.text)["tool"]["pytest"]["ini_options"]
    asked = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], capture_output=True, text=True, check=True
    )

    assert f"  {setting} (string)" in asked.stdout
    assert "--emulator-command" in asked.stdout


def test_table_has_every_member() -> None:
    """Each public member of the fixture's value is told, and no other."""
    table = _PAGE.read_text().partition("| `emulated_aws` | |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)(?:\(\))?`", table))
    members = {name for name in vars(EmulatedAws) if not name.startswith("_")}

    assert told == members | EmulatedAws.__annotations__.keys() | {"endpoint_url"}


def test_links_lead_somewhere() -> None:
    """No link to a page that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []
