"""A Pulumi CLI that the user already has; scripts stand for it, and are really run."""

import os
from pathlib import Path

import pytest

from tools.progress import SetupError
from tools.pulumi.on_path import find_on_path


def _command(file: Path, prints: str, exit_code: int = 0) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{prints}'\nexit {exit_code}\n")
    file.chmod(0o755)
    return file


def _path(*folders: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, (*folders, "/usr/bin", "/bin")))}


def test_new_enough_cli_with_official_host_is_used(tmp_path: Path) -> None:
    """A user who has Pulumi keeps it."""
    pulumi = _command(tmp_path / "bin" / "pulumi", "v3.300.0")
    _command(tmp_path / "bin" / "pulumi-language-python", "3.300.0")
    assert find_on_path(tmp_path / "ours", _path(tmp_path / "bin")) == pulumi


def test_host_beside_a_linked_cli_counts(tmp_path: Path) -> None:
    """The engine looks beside the real file, so set-up does, too."""
    real = _command(tmp_path / "cellar" / "pulumi", "v3.259.0")
    _command(tmp_path / "cellar" / "pulumi-language-python", "v3.259.0")
    link = tmp_path / "bin" / "pulumi"
    link.parent.mkdir()
    link.symlink_to(real)
    assert find_on_path(tmp_path / "ours", _path(tmp_path / "bin")) == link


@pytest.mark.parametrize(
    ("pulumi", "host", "reason"),
    [
        (None, None, "pulumi is not on PATH"),
        (("v3.258.0", 0), ("v3.258.0", 0), "is version 3.258.0, not 3.259.0 or newer"),
        (("no version is set", 126), None, "is version None"),
        (("v3.259.0", 0), None, "without a working pulumi-language-python"),
        (("v3.259.0", 0), ("v3.259.0", 1), "without a working pulumi-language-python"),
        (("v3.259.0", 0), ("stop-gap of x", 0), "without a working pulumi-language-python"),
    ],
)
def test_unusable_cli_is_refused_with_its_reason(
    tmp_path: Path, pulumi: tuple[str, int] | None, host: tuple[str, int] | None, reason: str
) -> None:
    """Too old, broken, or without the official language host: the reason is said."""
    if pulumi:
        _command(tmp_path / "bin" / "pulumi", *pulumi)
    if host:
        _command(tmp_path / "bin" / "pulumi-language-python", *host)
    with pytest.raises(SetupError, match=reason):
        find_on_path(tmp_path / "ours", _path(tmp_path / "bin"))


def test_commands_of_an_earlier_set_up_do_not_count(tmp_path: Path) -> None:
    """With `make env` evaluated, set-up does not take its own link for the user's pulumi."""
    ours = tmp_path / "ours"
    _command(ours / "pulumi", "v3.259.0")
    _command(ours / "pulumi-language-python", "v3.259.0")
    with pytest.raises(SetupError, match="not on PATH"):
        find_on_path(ours, _path(ours))
