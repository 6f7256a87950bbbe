"""Two lanes of tests: pure code, which is quick, and whatever starts processes.

`--lane quick` runs the first. A test is in it unless its folder is named here or it has the marker
`processes`, and a test of it that starts a process fails: no new file is in the wrong lane unseen.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

_TESTS = Path(__file__).parents[1]
# Folders where tests start engines, emulators or commands.
_WITH_PROCESSES = frozenset({"cli", "emulator", "faults", "programs", "project", "tools"})
_MARKER = "processes"
_STARTS = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
    | {"subprocess.Popen"}
)
_USUAL_EXAMPLES = 100
_QUICK_EXAMPLES = 20

# The machine may be busy: how long an example takes is no promise of any test.
settings.register_profile("any-machine", deadline=None, max_examples=_USUAL_EXAMPLES)
settings.register_profile("quick", deadline=None, max_examples=_QUICK_EXAMPLES)


def examples(number: int) -> int:
    """Return how many examples a property tries: a fifth in the quick lane."""
    return number * settings.default.max_examples // _USUAL_EXAMPLES


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of a lane."""
    parser.addoption("--lane", choices=("quick", "all"), default="all", help="quick: pure code")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the number of examples before any test is read."""
    config.addinivalue_line("markers", f"{_MARKER}: starts processes, in a folder of pure code")
    settings.load_profile("quick" if _is_quick(config) else "any-machine")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the folders of the other lane."""
    return True if _is_quick(config) and _folder(collection_path) in _WITH_PROCESSES else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked."""
    if _is_quick(config):
        items[:] = [item for item in items if _is_pure(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch a pure test, from its fixtures to their end."""
    _GUARD.watched = item.nodeid if _is_pure(item) else None
    try:
        return (yield)
    finally:
        _GUARD.watched = None


class _Guard:
    """An audit hook, which Python keeps for as long as the process lives."""

    def __init__(self) -> None:
        self.watched: str | None = None
        sys.addaudithook(self)

    def __call__(self, event: str, _: object) -> None:
        if self.watched and event in _STARTS:
            pytest.fail(
                f"{self.watched} is in the quick lane, but starts a process ({event}): mark it "
                f"with pytest.mark.{_MARKER}, or name its folder in tests/harness/lanes.py"
            )


def _is_quick(config: pytest.Config) -> bool:
    return bool(config.getoption("--lane") == "quick")


def _folder(path: Path) -> str | None:
    """Return the folder of tests/ that a path is in."""
    parts = path.relative_to(_TESTS).parts if path.is_relative_to(_TESTS) else ()
    return parts[0] if parts else None


def _is_pure(item: pytest.Item) -> bool:
    return _folder(item.path) not in _WITH_PROCESSES and not item.get_closest_marker(_MARKER)


_GUARD = _Guard()
