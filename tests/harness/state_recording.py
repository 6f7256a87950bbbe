"""Stacks recorded with a released version: programs with the state that it left.

To record the states of the checkout's own version, where they are missing:

    .venv/bin/python tests/harness/state_recording.py
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, it has no path to its package

from harness.emulated import ROOT, Program, copy_program, emulator

PROGRAMS = tuple(sorted(ROOT.glob("tests/recorded/states/*/__main__.py")))
_EXPORT = "state.json"
_POSITIONS = ("sourcePosition", "stackTrace")
_HOST = "../../components"  # the folder of the component plugin, seen from a program


@contextmanager
def fresh_program(source: Path, folder: Path) -> Iterator[Program]:
    """Copy a program into a folder and give it an AWS as it was before the first run."""
    with emulator(source / "aws.yaml") as aws:
        program = copy_program(source, folder, aws)
        project = program.read("Pulumi.yaml")
        program.write("Pulumi.yaml", project.replace(_HOST, str(ROOT / "components")))
        yield program


def import_recorded(program: Program) -> None:
    """Give the program's stack the state that was recorded."""
    run = program.pulumi("stack", "import", "--file", _EXPORT)
    assert run.code == 0, run.output
    _make_roles(program)


def _make_roles(program: Program) -> None:
    """Let IAM have the roles of the state: a role keeps its name only if it is there."""
    iam = program.emulated.client("iam")
    for resource in json.loads(program.read(_EXPORT))["deployment"]["resources"]:
        if resource["type"] == "aws:iam/role:Role" and resource["custom"]:
            made = resource["outputs"]
            iam.create_role(
                RoleName=made["name"],
                AssumeRolePolicyDocument=made["assumeRolePolicy"],
                Tags=[{"Key": key, "Value": text} for key, text in made["tags"].items()],
            )


def record(source: Path) -> None:
    """Bring a program up and keep the state of its stack beside it."""
    with TemporaryDirectory() as folder, fresh_program(source, Path(folder) / "program") as program:
        for arguments in (
            ("up", "--yes", "--skip-preview"),
            ("stack", "export", "--file", str(source / _EXPORT)),
        ):
            run = program.pulumi(*arguments)
            assert run.code == 0, run.output
    export = source / _EXPORT
    state = json.loads(export.read_text())
    for resource in state["deployment"]["resources"]:
        for key in _POSITIONS:  # paths of the machine that recorded
            resource.pop(key, None)
    export.write_text(json.dumps(state, indent=1) + "\n")


if __name__ == "__main__":
    for main in PROGRAMS:
        if not (main.parent / _EXPORT).exists():
            record(main.parent)
