"""AWS on loopback: a few answers of our choice, or the emulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulator import RunningEmulator
from harness.loopback_aws import aws

__all__ = ["aws", "emulated", "emulator"]

_SEED = Path(__file__).parents[2] / "programs" / "cluster" / "aws.yaml"


@pytest.fixture(scope="session")
def emulator() -> Iterator[RunningEmulator]:
    """An emulator with the cluster `demo` and nothing in it; shared, so leave nothing behind."""
    with RunningEmulator(_SEED) as running:
        yield running


@pytest.fixture
def emulated(emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """The emulator, with an environment that leads boto3 there."""
    emulator.lead_here(monkeypatch)
    return emulator
