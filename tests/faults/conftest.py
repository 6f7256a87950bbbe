"""An AWS and a program for the tests of what happens when things go wrong."""

from collections.abc import Iterator

import pytest
from harness.emulated import ROOT, Emulated, Program, copy_program, emulator

CLUSTER = ROOT / "programs" / "cluster"


@pytest.fixture(name="untouched_aws", scope="module")
def _untouched_aws() -> Iterator[Emulated]:
    """An AWS that tests share because none of them gets to change it."""
    with emulator(CLUSTER / "aws.yaml") as emulated:
        yield emulated


@pytest.fixture(name="refused_program", scope="module")
def _refused_program(untouched_aws: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """programs/cluster, of which no run succeeds."""
    return copy_program(CLUSTER, tmp_path_factory.mktemp("program") / "cluster", untouched_aws)
