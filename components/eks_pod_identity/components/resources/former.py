"""Where a resource was before it came under a component: by its name in the program, or its URN.

A name is that of a plain resource, which has no parent; whatever has one is named by its URN. In:
what the program says. Out: aliases, which let Pulumi keep the resource.
"""

from collections.abc import Sequence

import pulumi

_URN = "urn:pulumi:"


def former(named: str | None) -> Sequence[str | pulumi.Alias]:
    """Return the aliases of a resource; none if nothing is adopted.

    Args:
        named: A name or a URN.
    """
    if not named:
        return []
    if named.startswith(_URN):
        return [named]
    return [pulumi.Alias(name=named, parent=pulumi.ROOT_STACK_RESOURCE)]
