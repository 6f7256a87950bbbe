"""Debian's chromium without a window: what a page becomes once its script has run."""

import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium")
REQUIRED = bool(os.environ.get("REQUIRE_BROWSER"))
"""Whether a test must fail, rather than be skipped, where there is no browser."""

_QUIET = (
    "--headless",
    "--no-sandbox",  # CI runs as root, which its sandbox refuses
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


class Browser:
    """A browser with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        """Take in where the profile may live."""
        assert CHROMIUM, "chromium is not installed: apt-get install chromium"
        self._command = [CHROMIUM, *_QUIET, f"--user-data-dir={folder / 'profile'}"]

    def dom(self, page: Path, fragment: str = "") -> str:
        """Return the markup of a page after its script has run."""
        return self._run("--dump-dom", f"{page.as_uri()}#{fragment}")

    def screenshot(self, page: Path, image: Path, *, size: str) -> None:
        """Write what a page looks like as PNG.

        Args:
            page: The page.
            image: The file to write.
            size: Width and height of the window, `1280,800`.
        """
        self._run(f"--screenshot={image}", f"--window-size={size}", page.as_uri())

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout
