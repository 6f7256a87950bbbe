"""The README: what it shows runs, what it names is there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import FIXTURES, empty_clusters
from harness.emulated import ROOT, Emulated, copy_program
from harness.markdown import Block, fenced_blocks, relative_links

from eks_pod_identity.config import load_cluster_config

_README = ROOT / "README.md"
_BLOCKS = fenced_blocks(_README)
_YAML = [block for block in _BLOCKS if block.language == "yaml"]
_PYTHON = [block for block in _BLOCKS if block.language == "python"]
_BIN = Path(sys.executable).parent


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), "demo") as emulated:
        yield emulated


def test_blocks_say_which_files_they_are() -> None:
    """A reader knows where to put each block, and so do the tests below."""
    assert [block.file for block in (*_YAML, *_PYTHON)] == [
        "cluster.yaml",
        "__main__.py",
        "one_association.py",
    ]


@pytest.mark.parametrize("block", _YAML, ids=lambda block: block.file)
def test_files_have_no_problem(block: Block) -> None:
    """What the README calls a ClusterConfig is one, without so much as a warning."""
    assert load_cluster_config(block.text, file=block.file).problems == ()


@pytest.mark.parametrize("block", _PYTHON, ids=lambda block: block.file)
def test_programs_come_up_and_go(block: Block, aws: Emulated, tmp_path: Path) -> None:
    """Each program of the README makes an association with what stands beside it, and no error."""
    stack = block.file.removesuffix(".py").strip("_").replace("_", "-")
    program = copy_program(FIXTURES / "declared", tmp_path, aws, stack=stack)
    for file in _YAML:
        program.write(file.file, file.text)
    program.write("__main__.py", block.text)

    run = program.up()
    associations = aws.associations("demo")
    gone = program.destroy()

    assert run.code == 0, run.output
    assert associations
    assert gone.code == 0, gone.output
    assert aws.associations("demo") == {}


def test_targets_of_make_are_there() -> None:
    """Every `make` that the README names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make (?:-s )?([a-z]+)\b", _README.read_text()))

    assert {"demo", "test"} <= named
    assert named - targets == set()


def test_commands_are_there() -> None:
    """Every command of ours that the README names can be asked for help."""
    named = set(re.findall(r"`(eks-pod-identity(?:-emulator)? [a-z]+)", _README.read_text()))

    assert len(named) > 3
    for command in sorted(named):
        name, subcommand = command.split()
        done = subprocess.run([_BIN / name, subcommand, "--help"], capture_output=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr.decode()}"


def test_other_commands_are_known() -> None:
    """What stands behind a prompt is make or pulumi."""
    commands = [command for block in _BLOCKS for command in block.commands()]

    assert commands
    assert {command.split()[0] for command in commands} <= {"make", "pulumi"}


def test_links_lead_somewhere() -> None:
    """No link to a page or folder that is not there."""
    assert [str(link) for link in relative_links(_README) if not link.exists()] == []
