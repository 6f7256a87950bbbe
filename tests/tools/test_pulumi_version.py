"""Which Pulumi CLIs set-up accepts."""

import pytest

from tools.pulumi.version import PINNED, Version, is_accepted


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
def test_version_is_accepted_from_the_pinned_one_to_the_next_major(
    text: str, *, accepted: bool
) -> None:
    """Numbers are compared as numbers, and a pre-release comes before its release."""
    version = Version.parse(text)
    assert version is not None
    assert is_accepted(version) is accepted


def test_pinned_version_is_accepted() -> None:
    """What set-up brings is good enough for itself."""
    assert is_accepted(PINNED)
