"""What a preview can know as well as a plan, from a few reads before anything is registered.

The findings are those of `plan`, from the same functions. In: what is desired, and the roles
that it names as far as they were looked up. Out: problems.
"""

from collections.abc import Iterator

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.addon_checks import (
    entry_namespace_problems,
    fixed_namespace_problems,
    health_problems,
)
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredAddon, DesiredCluster, GivenRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.preconditions import agent_problems, cluster_problems
from eks_pod_identity.planning.role_checks import given_role_problems
from eks_pod_identity.planning.service_accounts import plan_made, plan_service_accounts


def named_roles(desired: DesiredCluster) -> frozenset[str]:
    """Return the ARNs of the roles that are given, of the cluster's account."""
    account = f"::{desired.cluster.account}:"
    roles = (each.role for each in desired.all_associations())
    return frozenset(
        role.arn for role in roles if isinstance(role, GivenRole) and account in role.arn
    )


def preview_problems(comparison: Comparison) -> Iterator[Problem]:
    """Yield what `plan` would say of cluster, agent, roles, add-ons and service accounts.

    What depends on the state, as most that hooks find, is left to them.
    """
    yield from cluster_problems(comparison, comparison.desired.cluster.region)
    if AGENT_ADDON in comparison.observed.addons:
        yield from agent_problems(comparison)
    for entry in comparison.desired.all_associations():
        if isinstance(entry.role, GivenRole):
            yield from given_role_problems(entry, entry.role, comparison)
    for addon in (comparison.desired.addons or {}).values():
        yield from _addon_problems(addon, comparison)
    for found in plan_service_accounts(comparison):
        if isinstance(found, Problem) and found.id != PlanFault.SERVICE_ACCOUNT_EXISTS.id:
            yield found


def taken_service_accounts(
    comparison: Comparison,
) -> Iterator[tuple[ServiceAccountRef, Problem]]:
    """Yield the accounts that others have made; no problem where the state has them already."""
    observed = comparison.observed.kubernetes
    for entry in comparison.desired.associations or ():
        if observed and entry.creates_service_account:
            found = plan_made(entry, observed, comparison)
            if isinstance(found, Problem):
                yield entry.service_account, found


def _addon_problems(addon: DesiredAddon, comparison: Comparison) -> Iterator[Problem]:
    yield from entry_namespace_problems(addon, comparison)
    observed = comparison.observed.addons.get(addon.name)
    if observed and comparison.ownership.owns(observed):
        yield from fixed_namespace_problems(addon, observed, comparison)
        yield from health_problems(addon, observed, comparison)
