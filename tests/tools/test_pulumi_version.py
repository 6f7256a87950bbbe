"""Which Pulumi CLIs set-up accepts."""

from pathlib import Path

import pytest

from tools.offline.go_build import BUILD, locked_version
from tools.progress import SetupError
from tools.pulumi.recipe import Recipe
from tools.pulumi.release import RELEASE
from tools.pulumi.version import Version, is_accepted

_MODULE = "github.com/pulumi/pulumi/pkg/v3"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.259.0", Version(3, 259, 0)),
        ("v3.259.0\n", Version(3, 259, 0)),
        ("v3.260.1-alpha.x1a2b3c", Version(3, 260, 1, is_release=False)),
        ("v3.260.1-alpha.1+dirty", Version(3, 260, 1, is_release=False)),
        ("v3.260.1+build.7", Version(3, 260, 1)),
        ("", None),
        ("3.259", None),
        ("stop-gap of eks-pod-identity", None),
        ("pulumi: command not found", None),
    ],
)
def test_version_is_read_as_pulumi_prints_it(text: str, version: Version | None) -> None:
    """What `pulumi version` prints is understood, and nothing else is taken for a version."""
    assert Version.parse(text) == version


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("3.259.0", True),
        ("3.1000.0", True),
        ("3.260.0-alpha.1", True),
        ("3.259.0-alpha.1", False),
        ("3.258.9", False),
        ("2.300.0", False),
        ("4.0.0-alpha.1", False),
        ("4.0.0", False),
    ],
)
def test_version_is_accepted_from_the_oldest_to_the_next_major(
    text: str, *, accepted: bool
) -> None:
    """Numbers are compared as numbers, and a pre-release comes before its release."""
    version = Version.parse(text)
    assert version is not None
    assert is_accepted(version) is accepted


@pytest.mark.parametrize("recipe", [RELEASE, BUILD], ids=lambda recipe: recipe.name)
def test_version_that_set_up_brings_is_accepted(recipe: Recipe) -> None:
    """What set-up brings is good enough for itself."""
    assert is_accepted(recipe.version)


@pytest.mark.parametrize("line", ["", f"\t{_MODULE} v3.276.1-0.20260101 // indirect"])
def test_build_is_of_a_release(tmp_path: Path, line: str) -> None:
    """A CLI that names a version was built from the release of that version."""
    modules = tmp_path / "go.mod"
    modules.write_text(f"require (\n{line}\n)\n")
    with pytest.raises(SetupError, match="locks no release"):
        locked_version(modules)
