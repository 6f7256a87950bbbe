"""Checkpoints of stacks that Pulumi cannot read, in a backend that is a folder: found and mended.

Pulumi puts a whole new checkpoint in the place of the old one. Not so the attributes that its
storage library keeps in a file beside it: an engine that is killed while it writes those leaves
them empty (gocloud.dev, blob/fileblob/attrs.go), and from then on every command ends with "failed
to load checkpoint: EOF". The checkpoint is whole and nobody needs its attributes, so they are taken
away. A checkpoint that is itself cut off, as a machine without power leaves it, makes way for the
newest copy of it that Pulumi has left (pkg/backend/diy/state.go).

In: the backend's folder, a project, and perhaps a stack. Out: what is wrong, and its mending. It
must not look at a stack on which somebody works, for there a file may be half written by rights.
"""

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eks_pod_identity.errors import ObservationError, Problem

_BOOKKEEPING = ".pulumi"
# Those of Zstandard are passed over: Python 3.11 cannot read them.
_SUFFIXES = (".json", ".json.gz")
_ATTRIBUTES = ".attrs"
_ASIDE = ".unreadable"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Damage:
    """A checkpoint that Pulumi cannot read.

    Attributes:
        stack: `project/stack`.
        file: The checkpoint.
        copy: What takes its place; None if only its attributes are cut off.
        copied: When the engine wrote the copy.
    """

    stack: str
    file: Path
    copy: Path | None = None
    copied: str = ""

    def mend(self) -> None:
        """Make the stack readable; what could not be read stays beside it."""
        if self.copy:
            shutil.copy2(self.file, _beside(self.file, _ASIDE))
            whole = _beside(self.file, f".{os.getpid()}.tmp")
            shutil.copyfile(self.copy, whole)
            whole.replace(self.file)
        _beside(self.file, _ATTRIBUTES).unlink(missing_ok=True)

    def lines(self) -> Iterator[str]:
        """Yield what is wrong and what is done about it, for people."""
        yield f"Pulumi cannot read the state of {self.stack}:"
        yield f"  {self.file}"
        if self.copy:
            yield f"mend: put the copy of {self.copied} in its place ({self.copy.name}),"
            yield f"      and keep what is cut off as {self.file.name}{_ASIDE}"
        else:
            attributes = f"{self.file.name}{_ATTRIBUTES}"
            yield f"mend: take {attributes} away, which is cut off; the state is whole"


def find_damage(folder: Path, project: str, stack: str | None) -> tuple[Damage, ...]:
    """Return what is wrong with the checkpoints of a project.

    Args:
        folder: Of the backend.
        project: The program's.
        stack: The stack to look at; None for all of the project, because Pulumi does not tell which
            one is selected when it cannot read it.

    Raises:
        ObservationError: A checkpoint is cut off, and so are all its copies.
    """
    stacks = folder / _BOOKKEEPING / "stacks" / project
    checkpoints = {
        file: file.name.removesuffix(suffix)
        for suffix in _SUFFIXES
        for file in sorted(stacks.glob(f"*{suffix}"))
    }
    return tuple(
        damage
        for file, name in checkpoints.items()
        if stack in (None, name) and (damage := _damage(folder, file, f"{project}/{name}"))
    )


def _damage(folder: Path, file: Path, stack: str) -> Damage | None:
    if _read(file) is not None:
        return None if _has_whole_attributes(file) else Damage(stack, file)
    copies = {copy: content for copy in _copies(folder, file, stack) if (content := _read(copy))}
    if not copies:
        raise ObservationError([_lost(file, stack)])
    newest = max(copies, key=lambda copy: _time(copies[copy]))
    return Damage(stack, file, newest, f"{_time(copies[newest]):%Y-%m-%d %H:%M:%S UTC}")


def _copies(folder: Path, file: Path, stack: str) -> Iterator[Path]:
    """Yield what may hold the checkpoint of a step or of a run before."""
    # Beside it: the one before (.bak), one that was about to take its place (.tmp), and with
    # PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS all others.
    beside = file.parent.glob(f"{file.name}.*")
    yield from (each for each in beside if each.suffix not in {_ATTRIBUTES, _ASIDE})
    yield from (folder / _BOOKKEEPING / "backups" / stack).glob("*.json*")


def _read(file: Path) -> Mapping[str, Any] | None:
    try:
        raw = file.read_bytes()
        packed = raw.startswith(b"\x1f\x8b")
        content = json.loads(gzip.decompress(raw) if packed else raw)
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    return content if isinstance(content, dict) and "checkpoint" in content else None


def _has_whole_attributes(file: Path) -> bool:
    attributes = _beside(file, _ATTRIBUTES)
    try:
        json.loads(attributes.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True


def _time(content: Mapping[str, Any]) -> datetime:
    """Return when the engine wrote a checkpoint; a stack that was only just made has no time."""
    latest = content["checkpoint"].get("latest") or {}
    text = latest.get("manifest", {}).get("time")
    return datetime.fromisoformat(text).astimezone(UTC) if text else _NEVER


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _lost(file: Path, stack: str) -> Problem:
    return Problem(
        "checkpoint-lost",
        "pulumi",
        f"the state of {stack} is cut off, and there is no copy of it that is whole",
        observed=(str(file),),
        help=("put a copy of that file from a backup of yours in its place",),
    )
