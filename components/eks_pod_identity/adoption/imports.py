"""The one file for `pulumi import --file`: what a preview would make and what exists, with parents.

Components come first, for an import needs the parents of what it brings in; those that the state
has already stand in the table of names. The format is that of
https://www.pulumi.com/docs/iac/guides/migration/import/. In: a state, what a preview would make,
and ids by URN. Out: the content of the file, or problems.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.stack import StackResource, StackState

_ROOT = "pulumi:pulumi:Stack"
_DEFAULT = "default"


def build_import_file(
    stack: StackState, planned: Sequence[StackResource], ids: Mapping[str, str]
) -> dict[str, Any]:
    """Return the content of the file.

    Args:
        stack: The state.
        planned: All that the preview would make, components too.
        ids: The id that `pulumi import` takes, by URN.
    """
    by_urn = {each.urn: each for each in planned}
    wanted = [by_urn[urn] for urn in ids]
    components = list(dict.fromkeys(_around(wanted, by_urn)))
    known = sorted({urn for each in wanted + components for urn in _known(each, stack)})
    names = {urn: f"known-{number}" for number, urn in enumerate(known)}
    table = {name: urn for urn, name in names.items()}
    names |= {each.urn: f"component-{number}" for number, each in enumerate(components)}
    rows = [_component(each, names) for each in components]
    rows += [
        _resource(each, ids[each.urn], f"resource-{number}", names)
        for number, each in enumerate(wanted)
    ]
    return {**({"nameTable": table} if table else {}), "resources": rows}


def provider_problems(
    stack: StackState, planned: Sequence[StackResource], ids: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield explicit providers that the state does not have, so that no import can use them."""
    wanted = {each.provider: each for each in planned if each.urn in ids}
    for provider, resource in wanted.items():
        if provider and provider not in stack.by_urn and not _is_default(provider):
            yield Problem(
                AdoptionFault.PROVIDER_UNKNOWN.id,
                resource.name,
                f"its provider {provider.rpartition('::')[2]} is not in the stack yet",
                help=(f"pulumi up --target '{provider}'\nthen this command again",),
            )


def _is_default(provider: str) -> bool:
    name = provider.rpartition("::")[2]
    return name == _DEFAULT or name.startswith(f"{_DEFAULT}_")


def _around(
    resources: Sequence[StackResource], planned: Mapping[str, StackResource]
) -> Iterator[StackResource]:
    """Yield the components around resources that are to be made, the outermost first."""
    for each in resources:
        found = []
        parent = planned.get(each.parent)
        while parent and parent.type != _ROOT:
            found.append(parent)
            parent = planned.get(parent.parent)
        yield from reversed(found)


def _known(resource: StackResource, stack: StackState) -> Iterator[str]:
    for urn in (resource.parent, resource.provider):
        if urn in stack.by_urn and stack.by_urn[urn].type != _ROOT:
            yield urn


def _component(component: StackResource, names: Mapping[str, str]) -> dict[str, Any]:
    row = {
        "type": component.type,
        "name": names[component.urn],
        "logicalName": component.name,
        "component": True,
    }
    # Only a component that a plugin makes has a provider.
    return row | _references(component, names) | ({"remote": True} if component.provider else {})


def _resource(
    resource: StackResource, id_: str, name: str, names: Mapping[str, str]
) -> dict[str, Any]:
    row = {"type": resource.type, "name": name, "logicalName": resource.name, "id": id_}
    return row | _references(resource, names)


def _references(resource: StackResource, names: Mapping[str, str]) -> dict[str, str]:
    found = {"parent": resource.parent, "provider": resource.provider}
    return {key: names[urn] for key, urn in found.items() if urn in names}
