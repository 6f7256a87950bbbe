"""What an engine wrote down of a run, step by step: its event log.

In: lines of `pulumi up --event-log FILE`, of which the last may be cut off. Out: the steps of the
update, in order. Steps of a preview, which come first in the same file, are marked as planned.
https://www.pulumi.com/docs/iac/concepts/debugging/ and
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_BEGUN = "resourcePreEvent"
_DONE = "resOutputsEvent"
_SECRET = "[secret]"  # noqa: S105 - the mark of one in an event


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step of an update.

    Attributes:
        op: Pulumi's word: `create`, `update`, `delete-replaced` and so on.
        urn: The resource.
        old: The resource before; empty if there was none.
        new: The resource after; empty if it is gone.
        done: Whether the step ended well; else it had begun.
    """

    op: str
    urn: str
    old: Mapping[str, Any] = field(hash=False)
    new: Mapping[str, Any] = field(hash=False)
    done: bool

    @property
    def is_custom(self) -> bool:
        """Whether a provider makes it; components are not custom."""
        return (self.new or self.old).get("custom") is True

    @property
    def is_hidden(self) -> bool:
        """Whether it holds a secret, which no event tells."""
        return _holds_secret([self.new.get("inputs"), self.new.get("outputs")])


def read_journal(lines: Iterable[str]) -> tuple[Recorded, ...]:
    """Return the steps of an update."""
    return tuple(_steps(lines))


def _steps(lines: Iterable[str]) -> Iterator[Recorded]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:  # the engine was killed over it
            continue
        for kind in (_BEGUN, _DONE):
            found = event.get(kind) if isinstance(event, dict) else None
            if found and not found.get("planned"):
                yield _step(found["metadata"], done=kind == _DONE)


def _step(metadata: Mapping[str, Any], *, done: bool) -> Recorded:
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    return Recorded(metadata["op"], metadata["urn"], old, new, done)


def _holds_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_secret, value.values()))
    return any(map(_holds_secret, value)) if isinstance(value, list) else value == _SECRET
