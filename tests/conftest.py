"""What holds for all tests."""

import os
import signal
from collections.abc import Iterator

import pytest
from harness.lanes import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_ignore_collect,
    pytest_runtest_protocol,
)

__all__ = [
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_ignore_collect",
    "pytest_runtest_protocol",
]

# xdist tells its workers the width of a terminal; each test says the one that it is about.
os.environ.pop("COLUMNS", None)

# Each may have an engine, an emulator and both plugins beside it.
_MOST_WORKERS = 8


def pytest_xdist_auto_num_workers() -> int:
    """Run one more at once than there are cores: engines wait now and then."""
    return min((os.cpu_count() or 1) + 1, _MOST_WORKERS)


@pytest.fixture(scope="session", autouse=True)
def _heeded_signals() -> Iterator[None]:
    """Have commands heed Ctrl-C: what a shell starts in the background inherits deaf ears."""
    signals = (signal.SIGINT, signal.SIGHUP)
    deaf = [each for each in signals if signal.getsignal(each) is signal.SIG_IGN]
    for each in deaf:
        signal.signal(each, signal.SIG_DFL)
    yield
    for each in deaf:
        signal.signal(each, signal.SIG_IGN)
