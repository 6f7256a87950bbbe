"""Examples of pipelines: what they call is there, and their steps end as they say."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

_ROOT = Path(__file__).parents[2]
_EXAMPLES = sorted((_ROOT / "policy" / "examples").glob("*.yaml"))
_OF_PROJECT = re.compile(r"eks-pod-identity/([\w./-]+)")
_COMMANDS = re.compile(
    r"eks-pod-identity/\.venv/bin/eks-pod-identity (\w+)((?:.|\n)*?)(?:\n\n|>|$)"
)
_OPTION = re.compile(r"--[a-z-]+")


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda each: each.stem)
def test_what_a_pipeline_names_is_there(example: Path) -> None:
    """Files of this project that a step names exist, as do options of its commands."""
    lines = list(_shell(YAML(typ="safe").load(example)))
    named = {path for line in lines for path in _OF_PROJECT.findall(line)}
    brought = {path for path in named if not path.startswith(".venv/")}

    assert brought
    assert not [path for path in brought if not (_ROOT / path).exists()]
    for line in lines:
        for command, rest in _COMMANDS.findall(line):
            told = _help(command)
            assert not [option for option in _OPTION.findall(rest) if option not in told]


def _shell(value: Any) -> Iterator[str]:  # noqa: ANN401 - YAML
    """Yield the shell lines of a pipeline, wherever they stand."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"run", "script", "before_script"}:
                yield from [each] if isinstance(each, str) else each
            else:
                yield from _shell(each)
    elif isinstance(value, list):
        for each in value:
            yield from _shell(each)


def _help(command: str) -> str:
    asked = [Path(sys.executable).parent / "eks-pod-identity", command, "--help"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (1, 1), (64, 1)])
def test_audit_step_uploads_what_was_found_and_nothing_else(
    code: int, ends: int, tmp_path: Path
) -> None:
    """GitHub's step goes on to the upload with findings, and stops where nothing was judged."""
    (script,) = (
        line
        for line in _shell(YAML(typ="safe").load(_ROOT / "policy/examples/github-audit.yaml"))
        if "GITHUB_OUTPUT" in line
    )
    command = tmp_path / "eks-pod-identity/.venv/bin/eks-pod-identity"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho '{{}}'\nexit {code}\n")
    command.chmod(0o755)

    run = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(tmp_path / "output")},
        check=False,
    )

    assert run.returncode == ends
    assert (tmp_path / "output").read_text() == f"code={code}\n"
