"""What holds for all tests."""

import os
import signal

from hypothesis import settings

# The machine may be busy: how long an example takes is no promise of any test.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

# A shell that runs the tests in the background has them ignore Ctrl-C, and all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# xdist tells its workers the width of a terminal; each test says the one that it is about.
os.environ.pop("COLUMNS", None)

# Each may have an engine, an emulator and both plugins beside it.
_MOST_WORKERS = 8


def pytest_xdist_auto_num_workers() -> int:
    """Run one more at once than there are cores: engines wait now and then."""
    return min((os.cpu_count() or 1) + 1, _MOST_WORKERS)
