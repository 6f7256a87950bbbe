"""A replayed state as Pulumi takes it: with dependencies, and each resource behind what it needs.

Events say nothing of dependencies. In: a replay, and what the next run says of its resources. Out:
an export. A resource that the next run does not tell of keeps what it had, without what is gone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, TypeAlias

from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.recovery.options import said_of
from eks_pod_identity.recovery.replay import Replay

_State: TypeAlias = Mapping[str, Any]


def restored(replayed: Replay, planned: Iterable[StackResource]) -> dict[str, Any]:
    """Return the state to put back.

    Args:
        replayed: The state with what the run did.
        planned: The resources as the next run would make or change them.
    """
    deployment = replayed.exported["deployment"]
    states: Sequence[_State] = deployment["resources"]
    known = {each["urn"] for each in states}
    touched = replayed.changed | {each.urn for each in replayed.made}
    told = {each.urn: each for each in planned if each.urn in touched}
    whole = [_whole(each, told.get(each["urn"]), known) for each in states]
    return {**replayed.exported, "deployment": {**deployment, "resources": _in_order(whole)}}


def _whole(state: _State, told: StackResource | None, known: set[str]) -> _State:
    if told and not state.get("delete"):
        return {**state, **dict(said_of(told, state, known))}
    kept = {"dependencies": [urn for urn in state.get("dependencies") or () if urn in known]}
    by_property = state.get("propertyDependencies") or {}
    there = {
        name: [urn for urn in urns or () if urn in known] for name, urns in by_property.items()
    }
    return {**state, **kept, "propertyDependencies": there}


def _in_order(states: Sequence[_State]) -> list[_State]:
    """Return states each behind what it needs, else in the order that they had."""
    living = {each["urn"]: number for number, each in enumerate(states) if not each.get("delete")}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for number, each in enumerate(states):
        needed = {living[urn] for urn in _needed(each) if urn in living}
        sorter.add(number, *(needed - {number}))
    sorter.prepare()
    ordered: list[_State] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [states[number] for number in ready]
        sorter.done(*ready)
    return ordered


def _needed(state: _State) -> Iterator[str]:
    yield from state.get("dependencies") or ()
    for urns in (state.get("propertyDependencies") or {}).values():
        yield from urns
    # The id of a provider stands behind its URN.
    provider = state.get("provider", "").rpartition("::")[0]
    yield from filter(None, (state.get("deletedWith"), state.get("parent"), provider))
