"""Roles that the associations of one entry share, compared with what IAM has.

In: a comparison. Out: changes, one per role however many associations use it. A role goes when no
entry asks for it, and only if the file has the list that it was asked for in.
"""

from collections.abc import Iterator

from eks_pod_identity.config.expansion import EXPANSION_LIST
from eks_pod_identity.config.places import Path
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import MadeRole
from eks_pod_identity.planning.role_checks import name_problems
from eks_pod_identity.planning.roles import change_role, shared_role_address


def plan_shared_roles(comparison: Comparison) -> Iterator[Change]:
    """Yield what to do about shared roles."""
    desired = _desired(comparison)
    for role, path in desired.values():
        # A name that is taken is told of each association that would use the role.
        if not any(name_problems(role, path, None, comparison)):
            observed = comparison.observed.roles.get(role.arn)
            yield change_role(role, observed, None, comparison.held_on(role.arn))
    if EXPANSION_LIST in comparison.desired.omitted:
        return
    for observed in comparison.observed.roles.values():
        stays = observed.arn in comparison.made_roles
        if not stays and comparison.ownership.made_shared(observed):
            yield _delete(observed)


def _desired(comparison: Comparison) -> dict[str, tuple[MadeRole, Path]]:
    return {
        entry.role.arn: (entry.role, entry.path)
        for entry in comparison.desired.associations or ()
        if isinstance(entry.role, MadeRole) and entry.role.is_shared
    }


def _delete(role: Role) -> Change:
    reason = "no entry shares it any more"
    address = shared_role_address(role.name)
    return Change(Step.DELETE, Kind.ROLE, role.name, address, (reason,), None, role)
