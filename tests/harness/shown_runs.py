"""What a README shows of `pod exec`, to be held against what the commands print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.markdown import fenced_blocks

_PROMPT = "$ eks-pod-identity-emulator pod exec "
# What differs from run to run: the end of a session's name, and when a bucket was made.
_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8,12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A command that a page shows, with its output.

    Attributes:
        pod: NAMESPACE/POD.
        command: The command and its arguments.
        output: What the page shows below it.
    """

    pod: str
    command: tuple[str, ...]
    output: str


def shown_runs(page: Path) -> Iterator[ShownRun]:
    """Yield the runs of `pod exec` that a page shows, in order."""
    for block in fenced_blocks(page):
        if block.language != "console":
            continue
        for part in re.split(r"^(?=\$ )", block.text, flags=re.MULTILINE):
            if part.startswith(_PROMPT):
                line, _, output = part.removeprefix(_PROMPT).partition("\n")
                pod, _, command = line.partition(" -- ")
                yield ShownRun(pod, tuple(command.split()), comparable(output))


def comparable(output: str) -> str:
    """Return an output without what differs from run to run."""
    return _TIME.sub("TIME", _RANDOM.sub("RANDOM", output)).strip()
