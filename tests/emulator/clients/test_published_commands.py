"""The AWS CLI and kubectl commands of four published pages, as they are printed there."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from harness.published_page import PageShell, load_page

_PAGES = sorted((Path(__file__).parents[2] / "cases" / "seeds").glob("*.yaml"))
_TOOLS = ("aws", "bash", "envsubst", "jq", "kubectl")
_MISSING = [tool for tool in _TOOLS if not shutil.which(tool)]
_KEYS = {"cannot", "fails", "instead", "printed", "prints", "refused"}


@pytest.mark.skipif(bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)}")
@pytest.mark.parametrize("file", _PAGES, ids=[file.stem for file in _PAGES])
def test_commands_do_what_the_page_says(file: Path, tmp_path: Path) -> None:
    """A reader of that day who types what is printed sees what is printed."""
    page = load_page(file)
    with PageShell(page, tmp_path) as shell:
        if "cluster" in page:
            shell.run(f"aws eks update-kubeconfig --name {page['cluster']}")
        shell.run(page.get("before", ":"))
        faults = [fault for step in page["steps"] for fault in _faults(shell, step)]

    assert faults == []


def _faults(shell: PageShell, step: Mapping[str, Any]) -> list[str]:
    """Return what a step does otherwise than it should."""
    faults = []
    if "fails" in step:
        code, told = shell.run(step["printed"])
        faults += _compared(step["printed"], code, told, [step["fails"]], refused=True)
    command = step.get("instead") if "cannot" in step else step["printed"]
    if command:
        code, told = shell.run(command)
        refused = step.get("refused", False)
        faults += _compared(command, code, told, step.get("prints", []), refused=refused)
    return faults


def _compared(command: str, code: int, told: str, wanted: list[str], *, refused: bool) -> list[str]:
    missing = [text for text in wanted if text not in told]
    if not missing and (code != 0) is refused:
        return []
    return [f"$ {command}\n{told}\nended with {code}; missing: {missing}"]


def test_a_command_that_is_not_run_has_a_reason() -> None:
    """Of each page most commands run; the others say why they do not."""
    for file in _PAGES:
        steps = load_page(file)["steps"]
        assert all(set(step) <= _KEYS for step in steps), file
        ours = [step for step in steps if step["printed"].split()[0] in ("aws", "kubectl")]
        not_run = [step for step in ours if "cannot" in step]
        assert all(len(step["cannot"]) > 20 for step in not_run), file
        assert len(not_run) < len(ours), file
