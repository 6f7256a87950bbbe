"""Policies that others put on roles of the stack: Pulumi does not know them, so they stay.

In: a comparison. Out: notes, and whether it takes the stack's state to tell.
"""

from collections import defaultdict
from collections.abc import Iterator

from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import MadeRole
from eks_pod_identity.planning.state import Role

_MOST_NAMED = 3


def asks_for_state(comparison: Comparison) -> bool:
    """Tell whether it takes the stack's state to know what a run would take off a role."""
    return any(
        comparison.held_on(role.arn) is None
        for role, observed in _own_roles(comparison)
        for _ in _undeclared(role, observed)
    )


def foreign_policy_notes(comparison: Comparison) -> Iterator[str]:
    """Yield the policies that others put on roles of the stack, each in one line with its roles."""
    roles: dict[str, list[str]] = defaultdict(list)
    for role, observed in _own_roles(comparison):
        held = comparison.held_on(role.arn)
        for policy in _undeclared(role, observed):
            if held is not None and policy not in held:
                roles[policy].append(role.name)
    for policy, names in sorted(roles.items()):
        named = ", ".join(sorted(names)[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED:,} more" if names[_MOST_NAMED:] else ""
        yield f"not of this stack, so it stays: policy {policy} on role {named}{more}"


def _own_roles(comparison: Comparison) -> Iterator[tuple[MadeRole, Role]]:
    made = {
        each.role.arn: each.role
        for each in comparison.desired.all_associations()
        if isinstance(each.role, MadeRole)
    }
    for arn, role in made.items():
        observed = comparison.observed.roles.get(arn)
        if observed and comparison.ownership.owns(observed):
            yield role, observed


def _undeclared(role: MadeRole, observed: Role) -> Iterator[str]:
    """Yield what a role has and the file does not ask for."""
    if observed.attached_policy_arns != role.managed_policy_arns:
        yield from sorted({*observed.attached_policy_arns} - {*role.managed_policy_arns})
    yield from sorted(observed.inline_policies.keys() - role.inline_policies.keys())
