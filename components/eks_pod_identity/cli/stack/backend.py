"""What a backend does with a stack's state at each step, and whether it can be written.

In: the URL of `pulumi whoami --verbose`. Out: facts about it, or an ApplyError.
https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from eks_pod_identity.cli.stack.lock import backend_folder
from eks_pod_identity.errors import ApplyError, Problem

# Pulumi Cloud, and whatever speaks its protocol, keeps a journal instead.
_REWRITTEN = frozenset({"file", "s3", "gs", "azblob"})
_LEAST_BYTES = 64 * 1024 * 1024


def is_rewritten(url: str) -> bool:
    """Tell whether the whole state is written anew at each step of a run."""
    return urlsplit(url).scheme in _REWRITTEN


def check_writable(url: str, program: Path) -> None:
    """Refuse a folder that could not take the state at the end; a bucket refuses the lock.

    Args:
        url: The backend.
        program: The folder that a relative URL is relative to.

    Raises:
        ApplyError: It cannot be written, or has no space left.
    """
    folder = backend_folder(url)
    if folder is None:
        return
    place = program / folder / ".pulumi"
    there = next(each for each in (place, *place.parents) if each.exists())
    if not os.access(there, os.W_OK):
        raise ApplyError([_unwritable(there, "it cannot be written")])
    free = shutil.disk_usage(there).free
    if free < _LEAST_BYTES:
        raise ApplyError([_unwritable(there, f"it has {free // 1024} KiB left")])


def _unwritable(place: Path, why: str) -> Problem:
    return Problem(
        "state-unwritable",
        "pulumi",
        "the state could not be saved at the end of the run",
        observed=(f"{place}: {why}",),
        help=("make room there, or change who may write it",),
    )
