"""What set-up has done in this checkout, so that it does nothing twice.

In and out: `.venv/set-up.json`. Must never claim work that was interrupted: an entry is forgotten
before its work begins and kept when it has ended.
"""

import json
from pathlib import Path


class Record:
    """Entries of what was done with what; lost with the environment it lies in."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._entries: dict[str, str] = json.loads(file.read_text())
        except (OSError, ValueError):
            self._entries = {}

    def holds(self, name: str, state: str) -> bool:
        """Tell whether the named work was last done with this state."""
        return self._entries.get(name) == state

    def forget(self, *names: str) -> None:
        """Take back entries whose work begins now."""
        for name in names:
            self._entries.pop(name, None)
        if self._file.exists():
            self._write()

    def keep(self, name: str, state: str) -> None:
        """Note that the named work has ended with this state."""
        self._entries[name] = state
        self._write()

    def _write(self) -> None:
        written = self._file.with_suffix(".partial")
        written.write_text(json.dumps(self._entries, indent=2))
        written.replace(self._file)
