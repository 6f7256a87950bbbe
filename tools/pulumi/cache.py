"""Where a Pulumi CLI is kept for all checkouts of a user.

In: what a CLI is made from. Out: a folder that is there whole or not at all. Must not be inside a
checkout, and must survive interrupted and concurrent set-ups.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.exclusive import exclusive
from tools.progress import SetupError

_PARTIAL = ".partial-"


def cache_folder(variables: Mapping[str, str] = os.environ) -> Path:
    """Return the user's cache folder of this project, as the XDG base directories say."""
    # The specification tells to ignore a relative path.
    base = Path(variables.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "eks-pod-identity"


def is_cached(key: str) -> bool:
    """Tell whether `cached` would have nothing to make."""
    return (cache_folder() / key).is_dir()


def cached(key: str, make: Callable[[Path], None], folder: Path | None = None) -> Path:
    """Return the folder of `key`, made by `make` in a temporary place if it is not there yet.

    Raises:
        SetupError: `make` failed, or nothing can be kept there.
    """
    folder = folder or cache_folder()
    kept = folder / key
    if kept.is_dir():
        return kept
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SetupError(f"{folder} cannot be made ({fault}); set XDG_CACHE_HOME") from fault
    with exclusive(folder):
        # With the lock held, a partial folder can only be of a set-up that was killed.
        for abandoned in folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(abandoned)
        if not kept.is_dir():
            _make_whole(kept, make)
    return kept


def _make_whole(kept: Path, make: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=kept.parent) as partial:
        made = Path(partial) / kept.name
        made.mkdir()
        make(made)
        made.rename(kept)
