"""A running emulator, and an account of it for each test."""

from collections.abc import Iterator

import pytest
from harness.aws_account import AwsAccount
from harness.emulator import RunningEmulator

_QUICK = ("--cluster-transition-seconds", "0", "--addon-transition-seconds", "0")


@pytest.fixture(scope="session")
def emulator() -> Iterator[RunningEmulator]:
    """An emulator with nothing in it, whose clusters and add-ons are there at once.

    Folders whose tests need another one have their own.
    """
    with RunningEmulator(None, *_QUICK) as running:
        yield running


@pytest.fixture
def aws(emulator: RunningEmulator) -> AwsAccount:
    """An empty account."""
    return AwsAccount(emulator)
