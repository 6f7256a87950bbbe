"""What a program says of a resource and AWS cannot tell, so that an import leaves it out.

Without dependencies, a destroy deletes in any order; without `retainOnDelete`, and `preserve` of
an add-on, it deletes what should stay. The interrupted run had written all of it down. In: a
stack's export, as parsed JSON. Out: the same, with the options of what was imported.
"""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

from eks_pod_identity.observed.stack import StackResource

# Inputs that only the provider knows, for it acts on them when it deletes.
_UNTOLD = ("preserve",)


def with_options(exported: Mapping[str, Any], imported: Iterable[StackResource]) -> dict[str, Any]:
    """Return a state in which what was imported has its options.

    Args:
        exported: What `pulumi stack export` printed.
        imported: What was imported, as the interrupted run or the next one would make it.
    """
    made = {each.urn: each for each in imported}
    deployment = exported["deployment"]
    states = deployment["resources"]
    known = {state["urn"] for state in states}
    completed = {
        state["urn"]: {**state, **dict(said_of(made[state["urn"]], state, known))}
        for state in states
        if _is_imported(state, made)
    }
    others = [state for state in states if not _is_imported(state, made)]
    # A state stands behind all that it depends on, and nothing depends on what was only imported.
    ordered = [completed[urn] for urn in _in_order(completed)]
    return {**exported, "deployment": {**deployment, "resources": [*others, *ordered]}}


def _is_imported(state: Mapping[str, Any], made: Mapping[str, StackResource]) -> bool:
    return state["urn"] in made and not state.get("delete")


def said_of(
    resource: StackResource, state: Mapping[str, Any], known: set[str]
) -> Iterator[tuple[str, Any]]:
    """Yield what is said of a resource, without what it says of others that the stack lacks.

    Args:
        resource: As a run would make it.
        state: The resource in an export.
        known: The URNs of the export.
    """
    options = resource.options
    yield "dependencies", [urn for urn in options.get("dependencies") or () if urn in known]
    yield (
        "propertyDependencies",
        {
            name: [urn for urn in urns or () if urn in known]
            for name, urns in (options.get("propertyDependencies") or {}).items()
        },
    )
    if options.get("deletedWith") in known:
        yield "deletedWith", options["deletedWith"]
    yield from ((name, options[name]) for name in ("protect", "retainOnDelete") if name in options)
    untold = {name: resource.inputs[name] for name in _UNTOLD if name in resource.inputs}
    if untold:
        yield from ((kind, {**state.get(kind, {}), **untold}) for kind in ("inputs", "outputs"))


def _in_order(states: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    graph = {
        urn: [*state["dependencies"], state.get("deletedWith"), state.get("parent")]
        for urn, state in states.items()
    }
    return (urn for urn in TopologicalSorter(graph).static_order() if urn in states)
