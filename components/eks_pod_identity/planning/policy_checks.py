"""Whether the managed policies of the roles to be made exist, before IAM refuses the first.

In: what a file asks for, and what IAM lacks of it. Out: problems, with the nearest name.
"""

from collections.abc import Iterable, Iterator

from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.places import Path
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import ClusterState, MissingPolicies
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.report import Reporter


def relevant_policies(desired: DesiredCluster, observed: ClusterState) -> frozenset[str]:
    """Return the ARNs of policies to look up: what a role has already exists."""
    return frozenset(
        arn
        for entry in desired.all_associations()
        if isinstance(entry.role, MadeRole)
        for arn in _policies(entry.role)
        if not _has(entry.role, arn, observed)
    )


def _policies(role: MadeRole) -> Iterator[str]:
    yield from role.managed_policy_arns
    if role.permissions_boundary_arn:
        yield role.permissions_boundary_arn


def _has(role: MadeRole, arn: str, observed: ClusterState) -> bool:
    there = observed.roles.get(role.arn)
    return there is not None and arn in {
        *there.attached_policy_arns,
        there.permissions_boundary_arn,
    }


def policy_problems(
    entries: Iterable[DesiredAssociation], missing: MissingPolicies, report: Reporter
) -> Iterator[Problem]:
    """Yield each policy that a role is to have and that does not exist, once for each entry.

    Args:
        entries: The associations that are asked for.
        missing: What IAM lacks.
        report: Looks up positions in the file.
    """
    if not missing.arns:
        return
    told: set[Path] = set()
    for entry in entries:
        # Associations of one entry of the block have the same policies.
        if isinstance(entry.role, MadeRole) and entry.path not in told:
            told.add(entry.path)
            yield from _of_role(entry.role, entry.path, missing, report)


def _of_role(
    role: MadeRole, path: Path, missing: MissingPolicies, report: Reporter
) -> Iterator[Problem]:
    listed = {arn: i for i, arn in enumerate(role.listed_policy_arns)}
    for arn in sorted(missing.arns.intersection(role.managed_policy_arns)):
        at = ("permissionPolicyARNs", listed[arn]) if arn in listed else ("wellKnownPolicies",)
        fault = PlanFault.POLICY_NOT_FOUND
        yield _problem(fault, arn, (*path, *at), missing, report)
    if (boundary := role.permissions_boundary_arn) in missing.arns:
        fault = PlanFault.BOUNDARY_NOT_FOUND
        yield _problem(fault, boundary, (*path, "permissionsBoundaryARN"), missing, report)


def _problem(
    fault: PlanFault, arn: str, path: Path, missing: MissingPolicies, report: Reporter
) -> Problem:
    nearest = _nearest(arn, missing.known)
    help_ = f"write {nearest}" if nearest else _list_them(arn)
    return report.problem(fault, path, f"there is no managed policy {arn}", help=(help_,))


def _nearest(arn: str, known: Iterable[str]) -> str:
    by_name = {each.rpartition("/")[2]: each for each in known}
    return by_name.get(nearest_of(arn.rpartition("/")[2], by_name), "")


def _list_them(arn: str) -> str:
    scope = "AWS" if ":aws:policy/" in arn else "Local"
    return (
        f"aws iam list-policies --scope {scope} --query Policies[].Arn shows those that there are"
    )
