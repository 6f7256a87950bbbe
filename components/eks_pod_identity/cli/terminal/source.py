"""Reading the file that a command is about.

Goes in: the FILE of the command line. Comes out: its text, or a ConfigError of one problem.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from eks_pod_identity.config import Fault
from eks_pod_identity.errors import ConfigError, Problem

STANDARD_INPUT = "-"

_MAX_BYTES = 16 * 1024 * 1024  # whatever is longer is refused by its characters, too


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name to show for it."""

    name: str
    text: str


def read_source(file: str, what: str = "a ClusterConfig file") -> Source:
    """Return the text of a file, or of standard input for `-`.

    Args:
        file: The path.
        what: What is wanted, if there is no such file.

    Raises:
        ConfigError: It cannot be read, or is not UTF-8.
    """
    name = "<stdin>" if file == STANDARD_INPUT else file
    try:
        content = _read_bytes(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        help_ = f"give the path of {what}, or - for standard input"
        message = f"cannot be read: {reason}"
        raise ConfigError(
            [Problem(Fault.FILE_UNREADABLE.id, name, message, help=(help_,))]
        ) from error
    try:
        return Source(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8"
        problem = Problem(Fault.FILE_NOT_TEXT.id, name, message, help=("save it as UTF-8",))
        raise ConfigError([problem]) from error


def _read_bytes(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(_MAX_BYTES)
    with Path(file).open("rb") as stream:
        return stream.read(_MAX_BYTES)
