"""Components hosted by the plugin, as programs in any Pulumi language use them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import FIXTURES, empty_clusters
from harness.emulated import ROOT, Emulated, Program, copy_program

_ENTRY = {
    "serviceAccount": "aws-node",
    "permissionPolicyArns": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
}


@pytest.fixture(name="program")
def _program(tmp_path: Path) -> Iterator[Program]:
    with empty_clusters(tmp_path, "hosted", "whole", autoMode=True) as aws:
        yield copy_program(FIXTURES / "hosted", tmp_path / "program", aws)


def _declare(program: Program, **addon: object) -> Emulated:
    program.write("addon.json", json.dumps(addon))
    program.emulated.writes()
    return program.emulated


def test_hosted_components_make_guard_and_clear(program: Program) -> None:
    """Omitted and `[]` stay apart on the way through the engine, and the guard runs in the host."""
    aws = _declare(program, podIdentityAssociations=[_ENTRY])
    made = program.up()
    first = aws.write_log()
    outputs = json.loads(program.pulumi("stack", "output", "--json").output)

    _declare(program)
    preview, refused = program.preview(), program.up()
    nothing = aws.write_log()
    _declare(program, podIdentityAssociations=[])
    cleared = program.up()
    last = aws.write_log()
    gone = program.destroy()

    assert made.code == 0, made.output
    assert sorted(first) == [
        *["AttachRolePolicy"] * 2,
        "CreateAddon",
        *["CreatePodIdentityAssociation"] * 2,
        "CreatePolicy",
        *["CreateRole"] * 2,
    ]
    assert outputs["associationId"].startswith("a-")
    assert list(outputs["roleArns"]) == ["aws-node"]
    assert outputs["associations"]["dev/api"]["associationId"].startswith("a-")
    for run in (preview, refused):
        assert run.code != 0
        assert "[addon-associations-omitted]" in run.output
    assert nothing == ()
    assert cleared.code == 0, cleared.output
    assert last == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")
    assert gone.code == 0, gone.output
    assert aws.associations("hosted") == {}


def test_hosting_leaves_the_environment_alone(program: Program) -> None:
    """The engine finds the plugin's environment complete and installs nothing into it."""
    packages = next((ROOT / ".venv").glob("lib/python*/site-packages"))
    before = sorted(entry.name for entry in packages.iterdir())
    _declare(program, podIdentityAssociations=[])

    run = program.preview()

    assert run.code == 0, run.output
    assert sorted(entry.name for entry in packages.iterdir()) == before
