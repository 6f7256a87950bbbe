"""A state that was not saved, made again of the one before and of what the run wrote down.

In: a stack's export, and the steps of the run after it. Out: a state that has what the run made,
changed and deleted. What holds a secret cannot be made again, for events leave secrets out; nor can
what was under way. Those of our kinds are looked up in AWS afterwards, of others people are told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.prose import counted
from eks_pod_identity.recovery.identity import identify
from eks_pod_identity.recovery.journal import Recorded

_State: TypeAlias = dict[str, Any]

_MAKING = frozenset({"create", "create-replacement", "import", "import-replacement", "read"})
_CHANGING = frozenset({"update", "refresh"})
_DELETING = frozenset({"delete", "discard"})
_DELETING_REPLACED = frozenset({"delete-replaced", "discard-replaced"})
_KEPT = ("urn", "custom", "id", "type", "inputs", "outputs", "parent", "provider")


@dataclass(frozen=True, slots=True)
class Left:
    """What a replay cannot make again.

    Attributes:
        resource: The resource; with the id, if it was told.
        why: The reason, for people.
    """

    resource: StackResource
    why: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A state after a replay.

    Attributes:
        exported: In the form of `pulumi stack export`.
        made: What the run made and the state did not have.
        changed: URNs of what the run changed.
        gone: URNs and ids of what the run deleted.
        left: What could not be made again.
    """

    exported: Mapping[str, Any] = field(hash=False)
    made: tuple[StackResource, ...] = ()
    changed: frozenset[str] = frozenset()
    gone: frozenset[tuple[str, str]] = frozenset()
    left: tuple[Left, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """URNs of what the run made or changed."""
        return self.changed | {each.urn for each in self.made}

    @property
    def summary(self) -> str:
        """How much the run did that the state lacks, for people."""
        counts = ((self.made, "made"), (self.changed, "changed"), (self.gone, "deleted"))
        told = [f"{counted(len(found), 'resource')} {word}" for found, word in counts if found]
        return ", ".join(told) or "nothing that ended"

    @property
    def is_needed(self) -> bool:
        """Whether the state lacks anything of the run."""
        return bool(self.made or self.changed or self.gone or self.left)


def replay(exported: Mapping[str, Any], journal: Iterable[Recorded]) -> Replay:
    """Return a state with what a run did after it was saved.

    Args:
        exported: The state that was saved before the run, or by it.
        journal: The run's steps.
    """
    return _Replaying(exported).run(tuple(journal))


class _Replaying:
    """A state while steps are put into it."""

    def __init__(self, exported: Mapping[str, Any]) -> None:
        self._exported = exported
        self._before = list((exported.get("deployment") or {}).get("resources") or ())
        # Of one URN there may be several: one that lives, and those that it replaces.
        self._states: dict[str, list[_State]] = defaultdict(list)
        for each in self._before:
            self._states[each["urn"]].append(each)
        self._left: dict[str, Left] = {}
        self._begun: dict[str, Recorded] = {}

    def run(self, journal: tuple[Recorded, ...]) -> Replay:
        for step in journal:
            self._take(step)
        self._leave_what_was_under_way()
        self._leave_what_has_no_provider()
        states = [each for group in self._states.values() for each in group]
        known = {_key(each): each for each in self._before}
        deployment = {**(self._exported.get("deployment") or {}), "resources": states}
        return Replay(
            {**self._exported, "deployment": deployment},
            tuple(StackResource.from_state(each) for each in states if _key(each) not in known),
            frozenset(e["urn"] for e in states if known.get(_key(e), e) is not e),
            frozenset(known) - {_key(each) for each in states},
            tuple(self._left.values()),
        )

    def _take(self, step: Recorded) -> None:
        if not step.done:
            if step.is_custom:
                self._begun[step.urn] = step
            elif step.op in _MAKING and not self._states[step.urn]:
                self._states[step.urn].append(_entry(step.new))
            return
        self._begun.pop(step.urn, None)
        if step.op in _MAKING:
            self._make(step)
        elif step.op in _CHANGING:
            self._change(step)
        elif step.op in _DELETING:
            self._states[step.urn] = []
        elif step.op in _DELETING_REPLACED:
            self._drop_replaced(step.urn)

    def _make(self, step: Recorded) -> None:
        group = self._states[step.urn]
        if not step.new.get("id") or any(each.get("id") == step.new["id"] for each in group):
            return
        if step.is_hidden:
            self._leave(step, "it holds a secret, which no event tells")
            return
        external = {"external": True} if step.op == "read" else {}
        replaced = [{**each, "delete": True} for each in group]
        self._states[step.urn] = [*replaced, {**_entry(step.new), **external}]

    def _change(self, step: Recorded) -> None:
        # What holds a secret stays as it was: the next run changes it once more.
        if step.is_hidden:
            return
        told = {key: step.new[key] for key in ("inputs", "outputs") if key in step.new}
        self._states[step.urn] = [
            each if each.get("delete") or told.items() <= each.items() else {**each, **told}
            for each in self._states[step.urn]
        ]

    def _drop_replaced(self, urn: str) -> None:
        group = self._states[urn]
        living = [each for each in group if not each.get("delete")]
        # Deleted before it is made anew, it is not marked.
        self._states[urn] = living if len(living) < len(group) else []

    def _leave(self, step: Recorded, why: str) -> None:
        self._left[step.urn] = Left(StackResource.from_state(step.new), why)

    def _leave_what_was_under_way(self) -> None:
        for step in self._begun.values():
            # Our own kinds are looked up; what was to be changed or deleted is so once more.
            if step.op in _MAKING and identify(StackResource.from_state(step.new)) is None:
                self._leave(step, "its creation was under way, and only a look can tell")

    def _leave_what_has_no_provider(self) -> None:
        known = {urn for urn, group in self._states.items() if group}
        old = {_key(each) for each in self._before}
        for urn, group in self._states.items():
            for each in [one for one in group if _key(one) not in old]:
                provider = each.get("provider", "").rpartition("::")[0]
                if provider and provider not in known:
                    group.remove(each)
                    why = "its provider holds a secret, which no event tells"
                    self._left[urn] = Left(StackResource.from_state(each), why)


def _key(state: Mapping[str, Any]) -> tuple[str, str]:
    return state["urn"], state.get("id", "")


def _entry(told: Mapping[str, Any]) -> _State:
    return {key: told[key] for key in _KEPT if told.get(key) not in (None, "")}
