"""docs/audit.md and the pipelines of policy/examples: what they tell is what there is."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.emulated import ROOT
from harness.markdown import relative_links
from ruamel.yaml import YAML

_PAGE = ROOT / "docs" / "audit.md"
_EXAMPLES = sorted((ROOT / "policy" / "examples").glob("*.yaml"))
_COMMAND = Path(sys.executable).parent / "eks-pod-identity"
_GOLDEN = ROOT / "tests" / "golden" / "audit"


def _options() -> set[str]:
    asked = subprocess.run([_COMMAND, "audit", "--help"], capture_output=True, check=True)
    return set(re.findall(r"--[a-z-]+[a-z]", asked.stdout.decode()))


def test_options_are_those_of_the_command() -> None:
    """The table has every option, and no other."""
    rows = [line for line in _PAGE.read_text().splitlines() if line.startswith("| `--")]
    told = {option for row in rows for option in re.findall(r"--[a-z-]+[a-z]", row.split(" | ")[0])}

    assert told == _options() - {"--help", "--policy-pack-config"}


def test_keys_are_those_of_the_json() -> None:
    """Each key that is printed is told, and none that is not."""
    shown = json.loads((_GOLDEN / "staging.json").read_text())
    tables = re.findall(r"^\| Key.*?\n\n", f"{_PAGE.read_text()}\n", re.MULTILINE | re.DOTALL)
    log, finding = (
        set(re.findall(r"`(\w+)(?:\[\])?`", " ".join(line.split(" | ")[0] for line in rows)))
        for rows in (table.splitlines()[2:] for table in tables)
    )

    assert log == {*shown, "rules"}
    assert finding == set(shown["findings"][0])


def test_links_lead_somewhere() -> None:
    """No link to a page or an example that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda path: path.name)
def test_examples_call_what_there_is(example: Path) -> None:
    """A pipeline is YAML, and names no file, target or option that is not there."""
    texts = list(_texts(YAML(typ="safe", pure=True).load(example)))
    audits = [text for text in texts if "eks-pod-identity audit" in text]
    files = {name for text in texts for name in re.findall(r"eks-pod-identity/(policy\S*)", text)}
    targets = {name for text in texts for name in re.findall(r"make (?:-C \S+ )?(\w+)", text)}

    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in audits:
        assert set(re.findall(r"--[a-z-]+[a-z]", text)) <= _options()


def _texts(content: Any) -> Iterator[str]:  # noqa: ANN401 - YAML
    if isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
    elif isinstance(content, str):
        yield content
