"""The README: what it shows runs, what it names is there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.console import is_shown, session
from harness.declared import FIXTURES, empty_clusters
from harness.emulated import ROOT, Emulated, copy_program, emulator, run_command
from harness.markdown import Block, fenced_blocks, relative_links

from eks_pod_identity.config import load_cluster_config

_README = ROOT / "README.md"
_BLOCKS = fenced_blocks(_README)
_YAML = [block for block in _BLOCKS if block.language == "yaml"]
_PYTHON = [block for block in _BLOCKS if block.language == "python"]
_CONSOLE = [block for block in _BLOCKS if block.language == "console"]
_GATE = (
    "make setup",
    'eval "$(make -s env)"',
    "pulumi preview --policy-pack policy",
    "pulumi stack export --file state.json",
    "pulumi policy analyze --policy-pack policy --file state.json",
)
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


def test_plan_and_refusal_print_what_is_shown(tmp_path: Path) -> None:
    """The plan of the example, and the preview after its list is lost, are those of the page."""
    planned, refused = (next(session(block)) for block in _CONSOLE[:2])
    with empty_clusters(tmp_path, "demo") as aws:
        program = copy_program(FIXTURES / "declared", tmp_path / "program", aws, stack="dev")
        for block in (_YAML[0], _PYTHON[0]):
            program.write(block.file, block.text)
        environment = {**aws.environment, "COLUMNS": "110"}
        plan = run_command(planned.line.split(), environment, program.folder)
        up = program.up()
        program.write("cluster.yaml", _YAML[0].text.partition("iam:")[0])
        preview = run_command(refused.line.split(), environment, program.folder)

    assert is_shown(planned.output, plan.output), plan.output
    assert up.code == 0, up.output
    assert preview.code != 0
    assert is_shown(refused.output, preview.output), preview.output


def test_gate_works_as_it_is_shown(tmp_path: Path) -> None:
    """Preview and analysis with the pack run where a reader is: in the folder of the checkout."""
    for name in (".venv", "policy", "programs", "Pulumi.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    lines = ("pulumi stack init dev", *_GATE[2:])
    with emulator(ROOT / "programs" / "cluster" / "aws.yaml") as aws:
        _, *runs = [run_command(line.split(), aws.environment, tmp_path) for line in lines]

    assert [run.code for run in runs] == [0, 0, 0], "\n".join(run.output for run in runs)
    assert "eks-pod-identity-policies" in runs[0].output


def test_readme_is_short() -> None:
    """It fits on three pages."""
    assert len(_README.read_text().splitlines()) <= 150


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
    """What is behind a prompt is known, and each command is run by a test or by CI."""
    commands = [command for block in _BLOCKS for command in block.commands()]

    assert commands == [
        "eks-pod-identity plan cluster.yaml",
        "pulumi preview",
        "make demo",
        "make test",
        *_GATE,
    ]


def test_links_lead_somewhere() -> None:
    """No link to a page or folder that is not there."""
    assert [str(link) for link in relative_links(_README) if not link.exists()] == []
