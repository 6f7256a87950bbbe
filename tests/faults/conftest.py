"""An AWS and a program for the tests of what happens when things go wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import ROOT, Emulated, Program, copy_program, emulator
from harness.interruption import RelayedEmulator, aws_state, relayed_emulator

CLUSTER = ROOT / "programs" / "cluster"
_SMALL = Path(__file__).parent / "inputs" / "small.yaml"


@pytest.fixture(name="untouched_aws", scope="module")
def _untouched_aws() -> Iterator[Emulated]:
    """An AWS that tests share because none of them gets to change it."""
    with emulator(CLUSTER / "aws.yaml") as emulated:
        yield emulated


@pytest.fixture(name="refused_program", scope="module")
def _refused_program(untouched_aws: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """programs/cluster, of which no run succeeds."""
    return copy_program(CLUSTER, tmp_path_factory.mktemp("program") / "cluster", untouched_aws)


@pytest.fixture(name="undisturbed", scope="session")
def _undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What AWS has after a run of the small program that nobody disturbed."""
    with emulator(CLUSTER / "aws.yaml") as aws:
        program = _small_program(tmp_path_factory.mktemp("undisturbed") / "program", aws)
        run = program.up()
        assert run.code == 0, run.output
        return aws_state(aws)


@pytest.fixture(name="emulated")
def _emulated() -> Iterator[RelayedEmulator]:
    """An AWS as programs/cluster expects it, behind a relay."""
    with relayed_emulator(CLUSTER / "aws.yaml") as emulated:
        yield emulated


@pytest.fixture(name="aws")
def _aws(emulated: RelayedEmulator) -> Emulated:
    """That AWS itself."""
    return emulated.aws


@pytest.fixture(name="relay")
def _relay(emulated: RelayedEmulator) -> AwsRelay:
    """The relay that the program's providers call through."""
    return emulated.relay


@pytest.fixture(name="program")
def _program(emulated: RelayedEmulator, tmp_path: Path) -> Program:
    """programs/cluster with a small input, before its first run."""
    return _small_program(tmp_path / "program", emulated.through_relay)


def _small_program(folder: Path, aws: Emulated) -> Program:
    program = copy_program(CLUSTER, folder, aws)
    program.write("cluster.yaml", _SMALL.read_text())
    return program
