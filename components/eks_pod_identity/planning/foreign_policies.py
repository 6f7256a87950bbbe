"""Policies that others put on roles of the stack: Pulumi does not know them, so they stay.

In: a comparison. Out: notes, and whether it takes the stack's state to tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import MadeRole

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Undeclared:
    """A policy that a role of the stack has and the file does not ask for.

    Attributes:
        name: The ARN of an attached policy, or the name of an inline one.
        role: The role's name.
        is_held: Whether the stack put it there; None if that takes the stack's state to tell.
    """

    name: str
    role: str
    is_held: bool | None


def has_policies_of_unknown_origin(comparison: Comparison) -> bool:
    """Tell whether it takes the stack's state to know what a run would take off a role."""
    return any(each.is_held is None for each in _undeclared(comparison))


def foreign_policy_notes(comparison: Comparison) -> Iterator[str]:
    """Yield the policies that others put on roles of the stack, each in one line with its roles."""
    if comparison.record is None:
        return
    roles: dict[str, list[str]] = defaultdict(list)
    for each in _undeclared(comparison):
        if each.is_held is False:
            roles[each.name].append(each.role)
    for policy, names in sorted(roles.items()):
        named = ", ".join(sorted(names)[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED:,} more" if names[_MOST_NAMED:] else ""
        yield f"not of this stack, so it stays: policy {policy} on role {named}{more}"


def _undeclared(comparison: Comparison) -> Iterator[_Undeclared]:
    for arn, role in comparison.made_roles.items():
        observed = comparison.observed.roles.get(arn)
        names = _beside(role, observed) if observed else ()
        if observed and names and comparison.ownership.owns(observed):
            held = comparison.held_on(arn)
            for name in names:
                yield _Undeclared(name, role.name, None if held is None else name in held)


def _beside(role: MadeRole, observed: Role) -> tuple[str, ...]:
    attached: Iterable[str] = ()
    if observed.attached_policy_arns != role.managed_policy_arns:  # of thousands most are equal
        attached = sorted({*observed.attached_policy_arns} - {*role.managed_policy_arns})
    return (*attached, *sorted(observed.inline_policies.keys() - role.inline_policies.keys()))
