"""A cluster that the program itself makes, from the first preview on, on the real engine.

After https://github.com/pulumi/pulumi-eks/issues/1494.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import FIXTURES, empty_clusters, step_counts
from harness.emulated import Emulated, Program, copy_program


@pytest.fixture(name="aws")
def _aws(tmp_path: Path) -> Iterator[Emulated]:
    with empty_clusters(tmp_path, "another") as aws:
        yield aws


def _program(aws: Emulated, folder: Path, way: str) -> Program:
    program = copy_program(FIXTURES / "own_cluster", folder, aws)
    assert program.pulumi("config", "set", "way", way).code == 0
    return program


@pytest.mark.parametrize("way", ["depends", "output"])
def test_the_first_preview_and_one_up_are_enough(aws: Emulated, tmp_path: Path, way: str) -> None:
    """Version and network come from the file; the second run has nothing left to do."""
    program = _program(aws, tmp_path / "program", way)

    preview, run = program.preview(), program.up()
    associations = aws.associations("fresh")
    again = program.preview("--expect-no-changes")

    assert preview.code == 0, preview.output
    assert run.code == 0, run.output
    assert step_counts(preview) == step_counts(run)
    assert sorted(associations) == ["kube-system/aws-node", "shop/cart"]
    assert again.code == 0, again.output


def test_what_cannot_be_known_beforehand_is_a_problem(aws: Emulated, tmp_path: Path) -> None:
    """That is a cluster that nothing says will be there, and one of which no version is known."""
    program = _program(aws, tmp_path / "program", "alone")
    alone = program.preview()
    program.pulumi("config", "set", "way", "depends")
    program.replace("cluster.yaml", ', version: "1.33"', "")
    unknown = program.preview()

    assert alone.code != 0, alone.output
    assert "[cluster-not-found]" in alone.output
    assert "let the component depend on it (depends_on)" in alone.output
    assert unknown.code != 0, unknown.output
    assert "[cluster-version-unknown]" in unknown.output
    assert "Traceback" not in alone.output + unknown.output


def test_an_output_of_another_name_stops_the_run(aws: Emulated, tmp_path: Path) -> None:
    """The file's name decides what is made, so the two must be the same."""
    program = _program(aws, tmp_path / "program", "other")

    run = program.up()

    assert run.code != 0, run.output
    assert "[cluster-name-differs]" in run.output
    assert aws.associations("fresh") == {}
