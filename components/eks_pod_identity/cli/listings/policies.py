"""Well-known policies in a list, for people (a table, stacked if narrow) and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from eks_pod_identity.cli.terminal.table import Row, Table
from eks_pod_identity.iam.well_known import PolicyContext, ScopeArgument, WellKnownPolicy

_NONE = "-"


def wide_table(policies: Sequence[WellKnownPolicy]) -> Table:
    """Return a table with a line per policy."""
    return Table(
        ("NAME", "TITLE", "NEEDS", "TAKES", "UPSTREAM", "CHECKED"),
        tuple(
            Row(
                (
                    each.key,
                    each.title,
                    _names(each, required=True),
                    _names(each, required=False),
                    each.upstream_version,
                    each.checked.isoformat(),
                )
            )
            for each in policies
        ),
    )


def stacked_table(policies: Sequence[WellKnownPolicy]) -> Table:
    """Return a table with title and optional arguments below each name."""
    return Table(
        ("NAME", "NEEDS", "UPSTREAM", "CHECKED"),
        tuple(
            Row(
                (
                    each.key,
                    _names(each, required=True),
                    each.upstream_version,
                    each.checked.isoformat(),
                ),
                tuple(_below(each)),
            )
            for each in policies
        ),
    )


def _below(policy: WellKnownPolicy) -> Iterator[tuple[str, ...]]:
    yield tuple(policy.title.split())
    if any(not argument.required for argument in policy.arguments):
        yield ("takes", *_names(policy, required=False).split())


def _names(policy: WellKnownPolicy, *, required: bool) -> str:
    names = (each.name for each in policy.arguments if each.required is required)
    return ", ".join(names) or _NONE


def to_json(policy: WellKnownPolicy, context: PolicyContext) -> dict[str, Any]:
    """Return all there is to know of a policy but its documents."""
    return {
        "name": policy.key,
        "title": policy.title,
        "description": policy.description,
        "source": policy.source,
        "upstreamVersion": policy.upstream_version,
        "checked": policy.checked.isoformat(),
        "arguments": [_argument(each, context) for each in policy.arguments],
    }


def _argument(argument: ScopeArgument, context: PolicyContext) -> dict[str, Any]:
    return {
        "name": argument.name,
        "description": argument.description,
        "services": list(argument.services),
        "required": argument.required,
        "default": context.fill(argument.default) or None,
        "example": argument.example(context),
    }
