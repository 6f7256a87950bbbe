"""One way to make a Pulumi CLI, and the name of what it makes.

In: a version, and the files that decide how it is made. Out: a key for the cache. Stands alone
because the official release and the build of tools/offline both are one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.content import content_hash
from tools.pulumi.version import Version


@dataclass(frozen=True, slots=True)
class Recipe:
    """`make` puts `pulumi` and all that it needs into an empty folder, or raises SetupError."""

    name: str
    version: Version
    files: tuple[Path, ...]
    make: Callable[[Path], None]

    def key(self, platform: str) -> str:
        """Name what is made for a platform, by all that decides what it holds."""
        state = content_hash(*self.files)
        return f"pulumi-{self.version}-{platform}-{self.name}-{state[:12]}"
