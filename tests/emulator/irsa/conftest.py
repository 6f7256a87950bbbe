"""The account of world.yaml, as it is before the first call."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulator import RunningEmulator
from harness.irsa_world import IrsaWorld

_SEED = Path(__file__).parent / "world.yaml"


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    """An emulator that holds one seed after the other, whose add-ons change at once."""
    with RunningEmulator(None, "--addon-transition-seconds", "0") as running:
        yield running


@pytest.fixture
def world(emulator: RunningEmulator) -> IrsaWorld:
    """The account of world.yaml."""
    return IrsaWorld(emulator, _SEED.read_text())
