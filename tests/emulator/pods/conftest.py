"""An emulator with clusters that have an agent and one that has none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulator import RunningEmulator
from harness.pod_shell import PodShell

_SEED = Path(__file__).with_name("aws.yaml")


@pytest.fixture(scope="session")
def emulator() -> Iterator[RunningEmulator]:
    """The emulator of aws.yaml."""
    with RunningEmulator(_SEED) as running:
        yield running


@pytest.fixture
def shell(emulator: RunningEmulator, tmp_path: Path) -> PodShell:
    """Pods, and commands with their identity."""
    return PodShell(emulator, tmp_path)
