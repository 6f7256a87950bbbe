"""The file that `pulumi import --file` reads, for the things that a recovery brings back.

The format is that of https://www.pulumi.com/docs/iac/guides/migration/import/; parents and
providers stand in a table of names, because a URN is no name.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.recovery.plan import RecoveryStep

_PROBE = "-probe"


def build_import_file(stack: StackState, steps: Iterable[RecoveryStep]) -> dict[str, Any]:
    """Return the content of the file."""
    return _build(stack, [(step.resource, step.resource.name, step.import_id) for step in steps])


def build_probe_file(stack: StackState, sought: Mapping[StackResource, str]) -> dict[str, Any]:
    """Return a file to preview an import with, in order to see what exists.

    Args:
        stack: Where the parents and providers are.
        sought: Import ids by resource; the resources go by names that the stack does not have.
    """
    return _build(stack, [(each, each.name + _PROBE, id_) for each, id_ in sought.items()])


def probe_urn(resource: StackResource) -> str:
    """Return the URN by which Pulumi tells of a resource that is probed."""
    return resource.urn + _PROBE


def _build(stack: StackState, entries: Iterable[tuple[StackResource, str, str]]) -> dict[str, Any]:
    entries = tuple(entries)
    urns = sorted(
        {urn for resource, _, _ in entries for urn in _references(stack, resource).values()}
    )
    names = {urn: f"urn-{number}" for number, urn in enumerate(urns)}
    return {
        "nameTable": {name: urn for urn, name in names.items()},
        "resources": [
            {
                "type": resource.type,
                "name": name,
                "id": id_,
                **{key: names[urn] for key, urn in _references(stack, resource).items()},
            }
            for resource, name, id_ in entries
        ],
    }


def _references(stack: StackState, resource: StackResource) -> dict[str, str]:
    # A provider that the stack does not have yet is left out: Pulumi then takes the default one.
    references = {"parent": resource.parent, "provider": resource.provider}
    return {key: urn for key, urn in references.items() if urn in stack.by_urn}
