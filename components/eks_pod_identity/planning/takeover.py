"""What to type so that Pulumi takes over a resource that exists: it must get the URN it shall have.

In: the URN that the program gives the resource, and the components around it. Out: text for a help.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

_OPTIONS = "--protect=false --generate-code=false"


@dataclass(frozen=True, slots=True)
class Urn:
    """The parts of a URN, `urn:pulumi:STACK::PROJECT::TYPE$TYPE$TYPE::NAME`.

    Attributes:
        stack: `urn:pulumi:STACK::PROJECT`.
        types: The type of the resource, after those of the components around it.
        name: The name of the resource.
    """

    stack: str
    types: tuple[str, ...]
    name: str

    @classmethod
    def parse(cls, text: str) -> "Urn":
        """Return the parts of a URN; a name may hold colons, a type or a project none in pairs."""
        urn, project, types, name = text.split("::", 3)
        return cls(f"{urn}::{project}", tuple(types.split("$")), name)


def import_help(urn: str, components: Sequence[str], import_id: str) -> str:
    """Return what to type to put a resource under its component.

    Args:
        urn: The URN that the program gives it.
        components: The names of the components around it that are known, the outermost first.
        import_id: The id that `pulumi import` takes.
    """
    parts = Urn.parse(urn)
    if len(components) != len(parts.types) - 1:
        return _by_parent(parts, components[-1], import_id)
    return _by_file(parts, components, import_id)


def _by_parent(urn: Urn, parent: str, import_id: str) -> str:
    """Return one command; it needs the component in the state."""
    parent_urn = f"{urn.stack}::{'$'.join(urn.types[:-1])}::{parent}"
    named = f"pulumi import {urn.types[-1]} {urn.name} {import_id}"
    return f"{named} --parent '{parent}={parent_urn}' {_OPTIONS}"


def _by_file(urn: Urn, components: Sequence[str], import_id: str) -> str:
    """Return a file and its command; it makes the components where the state has none yet."""
    # A component and what it makes may share their name, and parents are told by `name`.
    rows = [
        {"type": type_, "name": f"component-{index}", "logicalName": name, "component": True}
        | ({"parent": f"component-{index - 1}"} if index else {})
        for index, (type_, name) in enumerate(zip(urn.types, components, strict=False))
    ]
    own = {"type": urn.types[-1], "name": urn.name, "id": import_id, "parent": rows[-1]["name"]}
    text = ",\n  ".join(json.dumps(row) for row in (*rows, own))
    return (
        f"echo '{{\"resources\": [\n  {text}]}}' > import.json\n"
        f"pulumi import --file import.json {_OPTIONS}"
    )
