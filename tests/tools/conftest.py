"""The stop-gap language host as set-up places it, whatever host this machine's Pulumi has."""

import shutil
import sys
from pathlib import Path

import pytest

from tools.offline.go_build import EXECUTOR
from tools.offline.placement import write_launcher


@pytest.fixture(scope="session")
def pulumi() -> Path:
    """The Pulumi CLI on PATH."""
    found = shutil.which("pulumi")
    assert found, "pulumi is not on PATH; run the tests by make test"
    return Path(found)


@pytest.fixture(scope="session")
def language_host(pulumi: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A launcher of the stop-gap, alone in its folder, whose path has a space and a quote."""
    # Beside the link lies a build's executor, beside the real file a release's.
    places = (pulumi.with_name(EXECUTOR), pulumi.resolve().with_name(EXECUTOR))
    executor = next(place for place in places if place.is_file())
    folder = tmp_path_factory.mktemp("it's a language host")
    launcher = folder / "pulumi-language-python"
    write_launcher(launcher, executor, Path(sys.executable))
    return launcher
