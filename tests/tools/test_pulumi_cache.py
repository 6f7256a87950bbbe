"""The user's cache of Pulumi CLIs."""

import dataclasses
import shutil
import threading
from pathlib import Path

import pytest

from tools.offline.go_build import BUILD
from tools.progress import SetupError
from tools.pulumi.cache import cache_folder, cached
from tools.pulumi.recipe import Recipe
from tools.pulumi.release import RELEASE


def _write_pulumi(target: Path) -> None:
    (target / "pulumi").write_text("made")


def test_entry_is_made_once(tmp_path: Path) -> None:
    """The second set-up takes what the first one made."""
    made = []

    def make(target: Path) -> None:
        made.append(target)
        _write_pulumi(target)

    kept = [cached("key", make, tmp_path) for _ in range(2)]
    assert kept == [tmp_path / "key"] * 2
    assert (tmp_path / "key" / "pulumi").read_text() == "made"
    assert len(made) == 1


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """A set-up that failed half-way does not look like one that succeeded."""

    def fail(target: Path) -> None:
        _write_pulumi(target)
        raise SetupError("no more disk")

    with pytest.raises(SetupError, match="no more disk"):
        cached("key", fail, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_remains_of_a_killed_set_up_are_removed(tmp_path: Path) -> None:
    """What a killed set-up could not remove is removed by the next one."""
    abandoned = tmp_path / ".partial-abc" / "key"
    abandoned.mkdir(parents=True)
    cached("key", _write_pulumi, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_concurrent_set_ups_make_one_entry(tmp_path: Path) -> None:
    """Two checkouts set up at once wait for each other instead of building twice."""
    made: list[Path] = []
    begun, go_on = threading.Event(), threading.Event()

    def make_slowly(target: Path) -> None:
        made.append(target)
        begun.set()
        go_on.wait(10)
        _write_pulumi(target)

    first = threading.Thread(target=cached, args=("key", make_slowly, tmp_path))
    second = threading.Thread(target=cached, args=("key", make_slowly, tmp_path))
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(made) == 1
    assert (tmp_path / "key" / "pulumi").read_text() == "made"


def test_unusable_cache_folder_is_named(tmp_path: Path) -> None:
    """A home that cannot be written is told, with the variable that helps."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="set XDG_CACHE_HOME"):
        cached("key", _write_pulumi, tmp_path / "file" / "cache")


@pytest.mark.parametrize(
    ("variables", "base"),
    [
        ({"XDG_CACHE_HOME": "/var/cache/me"}, Path("/var/cache/me")),
        ({"XDG_CACHE_HOME": "relative"}, Path.home() / ".cache"),
        ({}, Path.home() / ".cache"),
    ],
)
def test_cache_folder_follows_xdg(variables: dict[str, str], base: Path) -> None:
    """The cache lies where the XDG base directories put it."""
    assert cache_folder(variables) == base / "eks-pod-identity"


@pytest.mark.parametrize(
    ("recipe", "changed"),
    [
        (BUILD, "go.mod"),
        (BUILD, "go.sum"),
        (BUILD, "go_build.py"),
        (RELEASE, "release.py"),
    ],
)
def test_key_changes_with_the_recipe(tmp_path: Path, recipe: Recipe, changed: str) -> None:
    """What was made by another recipe is never taken for what this one makes."""
    copies = tuple(Path(shutil.copy(file, tmp_path)) for file in recipe.files)
    copied = dataclasses.replace(recipe, files=copies)
    assert copied.key("linux-x64") == recipe.key("linux-x64")
    with (tmp_path / changed).open("a") as file:
        file.write("\n")
    assert copied.key("linux-x64") != recipe.key("linux-x64")
