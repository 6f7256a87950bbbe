"""Versions of the Pulumi CLI, and which ones of the user's set-up accepts.

In: text of version numbers. Out: comparable values. Must not run anything.
"""

import re
from typing import NamedTuple, Self

_TEXT = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?P<prerelease>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


class Version(NamedTuple):
    """A semantic version; a pre-release sorts before its release."""

    major: int
    minor: int
    patch: int
    is_release: bool = True

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `3.259.0`, `v3.259.0` or `v3.260.0-alpha.1+abc`; None for anything else."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            return None
        major, minor, patch = (int(number) for number in match.groups()[:3])
        return cls(major, minor, patch, is_release=match["prerelease"] is None)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


# The whole suite has run with this one and with the one that tools/offline/go.mod locks.
OLDEST = Version(3, 259, 0)


def is_accepted(version: Version) -> bool:
    """Tell whether a CLI that the user already has will do."""
    return OLDEST <= version < Version(OLDEST.major + 1, 0, 0, is_release=False)
