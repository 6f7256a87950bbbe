"""What a program says of a resource and AWS cannot tell, so that an import or an event lacks it.

Without dependencies, a destroy deletes in any order; without `retainOnDelete`, and `preserve` of
an add-on, it deletes what should stay. The interrupted run had written all of it down. In: a
stack's export, as parsed JSON. Out: the same, with the options of what was imported or restored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, TypeAlias

from eks_pod_identity.observed.stack import StackResource

_State: TypeAlias = Mapping[str, Any]
# Inputs that only the provider knows, for it acts on them when it deletes.
_UNTOLD = ("preserve",)


def with_options(exported: Mapping[str, Any], told: Iterable[StackResource]) -> dict[str, Any]:
    """Return a state in which resources have their options, each behind what it needs.

    Args:
        exported: What `pulumi stack export` printed, or the same with more resources.
        told: What was imported or restored, as the interrupted run or the next one would make it.
    """
    made = {each.urn: each for each in told}
    deployment = exported["deployment"]
    states = deployment["resources"]
    known = {state["urn"] for state in states}
    whole = [_whole(state, made.get(state["urn"]), known) for state in states]
    return {**exported, "deployment": {**deployment, "resources": _in_order(whole)}}


def _whole(state: _State, told: StackResource | None, known: set[str]) -> _State:
    if told and not state.get("delete"):
        return {**state, **dict(_said_of(told, state, known))}
    return {**state, **dict(_kept(state, known))}


def _kept(state: _State, known: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield the dependencies that a resource had, without what is gone."""
    if "dependencies" in state:
        yield "dependencies", [urn for urn in state["dependencies"] or () if urn in known]
    if "propertyDependencies" in state:
        yield "propertyDependencies", _there(state["propertyDependencies"], known)


def _there(by_property: Mapping[str, Any] | None, known: set[str]) -> dict[str, list[str]]:
    found = (by_property or {}).items()
    return {name: [urn for urn in urns or () if urn in known] for name, urns in found}


def _said_of(
    resource: StackResource, state: Mapping[str, Any], known: set[str]
) -> Iterator[tuple[str, Any]]:
    """Yield what is said of a resource, without what it says of others that the stack lacks."""
    options = resource.options
    yield "dependencies", [urn for urn in options.get("dependencies") or () if urn in known]
    yield "propertyDependencies", _there(options.get("propertyDependencies"), known)
    if options.get("deletedWith") in known:
        yield "deletedWith", options["deletedWith"]
    yield from ((name, options[name]) for name in ("protect", "retainOnDelete") if name in options)
    untold = {name: resource.inputs[name] for name in _UNTOLD if name in resource.inputs}
    if untold:
        yield from ((kind, {**state.get(kind, {}), **untold}) for kind in ("inputs", "outputs"))


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
