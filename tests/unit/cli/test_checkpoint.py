"""Checkpoints that Pulumi cannot read: found in a backend's folder, and mended."""

import gzip
import json
from pathlib import Path

import pytest

from eks_pod_identity.cli.stack.checkpoint import find_damage
from eks_pod_identity.errors import ObservationError

_EARLY, _LATE = "2026-11-21T10:00:00.5Z", "2026-11-21T11:30:00.5+01:00"


def test_whole_state_is_left_alone(tmp_path: Path) -> None:
    """Nothing is found where there is nothing wrong."""
    _write(_stacks(tmp_path) / "dev.json", _EARLY, attributes='{"md5": ""}')
    _write(_stacks(tmp_path) / "prod.json", _EARLY)

    assert find_damage(tmp_path, "shop", None) == ()


@pytest.mark.parametrize("attributes", ["", '{"md5'])
def test_cut_off_attributes_are_taken_away_and_nothing_else(
    tmp_path: Path, attributes: str
) -> None:
    """The state that they belong to is whole, so no older copy takes its place."""
    file = _write(_stacks(tmp_path) / "dev.json", _LATE, attributes=attributes)
    _write(_stacks(tmp_path) / "dev.json.bak", _EARLY)
    state = file.read_bytes()

    (damage,) = find_damage(tmp_path, "shop", None)
    damage.mend()

    assert damage.stack == "shop/dev"
    assert file.read_bytes() == state
    assert find_damage(tmp_path, "shop", None) == ()


@pytest.mark.parametrize("rest", [0, 20])
def test_cut_off_state_makes_way_for_the_newest_whole_copy(tmp_path: Path, rest: int) -> None:
    """Newest by the engine's own clock, wherever Pulumi keeps it; what was cut off is kept."""
    file = _write(_stacks(tmp_path) / "dev.json", _LATE, attributes="")
    file.write_bytes(torn := file.read_bytes()[:rest])
    newest = _write(_stacks(tmp_path) / "dev.json.bak", _LATE).read_bytes()
    _write(_backups(tmp_path) / "dev.1795263000338484435.json", _EARLY)
    (_stacks(tmp_path) / "dev.json.18ea0e37.tmp").write_text("{")

    (damage,) = find_damage(tmp_path, "shop", "dev")
    damage.mend()

    assert file.read_bytes() == newest
    assert file.with_name("dev.json.unreadable").read_bytes() == torn
    assert find_damage(tmp_path, "shop", "dev") == ()
    assert "put the copy of 2026-11-21 10:30:00 UTC in its place (dev.json.bak)" in "\n".join(
        damage.lines()
    )


def test_copy_of_a_run_before_is_better_than_none(tmp_path: Path) -> None:
    """The folder of backups is looked at too, also for compressed states."""
    file = _stacks(tmp_path) / "dev.json.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\x1f\x8b")
    backup = _backups(tmp_path) / "dev.1795263000338484435.json.gz"
    backup.parent.mkdir(parents=True)
    backup.write_bytes(gzip.compress(_content(_EARLY)))

    (damage,) = find_damage(tmp_path, "shop", None)
    damage.mend()

    assert file.read_bytes() == backup.read_bytes()


def test_state_without_a_whole_copy_is_told_and_kept(tmp_path: Path) -> None:
    """Nothing is made up: only the user has another copy."""
    file = _write(_stacks(tmp_path) / "dev.json", _EARLY)
    file.write_text("{")

    with pytest.raises(ObservationError, match="checkpoint-lost") as raised:
        find_damage(tmp_path, "shop", None)

    assert raised.value.problems[0].observed == (str(file),)
    assert file.read_text() == "{"


def test_other_stacks_and_projects_are_passed_over(tmp_path: Path) -> None:
    """Somebody may be writing there by rights."""
    _write(_stacks(tmp_path) / "prod.json", _EARLY, attributes="")
    _write(_stacks(tmp_path, "bank") / "dev.json", _EARLY, attributes="")

    assert find_damage(tmp_path, "shop", "dev") == ()


def test_state_of_a_stack_that_never_ran_is_whole(tmp_path: Path) -> None:
    """`pulumi stack init` writes a checkpoint without resources and without a time."""
    file = _write(_stacks(tmp_path) / "dev.json", _EARLY, attributes="{")
    file.write_text('{"version": 3, "checkpoint": {"stack": "organization/shop/dev"}}')

    (damage,) = find_damage(tmp_path, "shop", None)

    assert damage.copy is None


def _stacks(folder: Path, project: str = "shop") -> Path:
    return folder / ".pulumi" / "stacks" / project


def _backups(folder: Path) -> Path:
    return folder / ".pulumi" / "backups" / "shop" / "dev"


def _content(time: str) -> bytes:
    latest = {"manifest": {"time": time}, "resources": []}
    return json.dumps({"version": 3, "checkpoint": {"latest": latest}}).encode()


def _write(file: Path, time: str, *, attributes: str | None = None) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_content(time))
    if attributes is not None:
        file.with_name(f"{file.name}.attrs").write_text(attributes)
    return file
