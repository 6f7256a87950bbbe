"""programs/yaml on the real engine: components and their guards, without a line of code."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator
from harness.markdown import fenced_blocks, relative_links

_YAML = ROOT / "programs" / "yaml"
_PAGE = ROOT / "docs" / "languages.md"
_LIST = """\
      podIdentityAssociations:
        - serviceAccount: ebs-csi-controller-sa
          permissionPolicyArns:
            - arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
"""


@pytest.fixture(name="program")
def _program(tmp_path: Path) -> Iterator[Program]:
    with emulator(_YAML / "aws.yaml") as aws:
        yield copy_program(_YAML, tmp_path / "program", aws)


def test_yaml_program_is_guarded_as_any_other(program: Program) -> None:
    """Outputs of other resources reach a role, an omitted list is refused, `[]` clears it."""
    aws = program.emulated

    made = program.up()
    outputs = json.loads(program.pulumi("stack", "output", "--json").output)
    found = aws.associations("demo")
    program.replace("Pulumi.yaml", _LIST, "")
    aws.writes()
    refused = program.preview()
    nothing = aws.writes()
    program.replace("Pulumi.yaml", "aws-ebs-csi-driver\n", _CLEARED)
    cleared = program.up()
    left = aws.associations("demo")

    assert made.code == 0, made.output
    assert outputs["roleArn"] == found["backend/api"]["roleArn"]
    assert list(outputs["addonRoles"]) == ["ebs-csi-controller-sa"]
    assert refused.code != 0
    assert "[addon-associations-omitted]" in refused.output
    assert nothing == {}
    assert cleared.code == 0, cleared.output
    assert list(left) == ["backend/api"]


_CLEARED = "aws-ebs-csi-driver\n      podIdentityAssociations: []\n"


def test_page_shows_the_program() -> None:
    """Each YAML block of docs/languages.md stands in the program, and its links lead somewhere."""
    blocks = [block.text for block in fenced_blocks(_PAGE) if block.language == "yaml"]

    assert blocks
    assert [text for text in blocks if text not in (_YAML / "Pulumi.yaml").read_text()] == []
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []
