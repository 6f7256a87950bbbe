"""What has to hold of the cluster as a whole before anything is done to it.

In: a comparison and its changes. Out: problems.
"""

from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.config.validate.agent import EXTERNAL_HELP
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.observed.cluster import Association, Role
from eks_pod_identity.planning.addon_checks import UNHEALTHY
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredAssociation, MadeRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.report import Reporter

# https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html, "limits"; not adjustable
MAX_ASSOCIATIONS = 5_000
_USABLE = frozenset({"ACTIVE", "UPDATING"})


def cluster_problems(comparison: Comparison, region: str) -> Iterator[Problem]:
    """Yield why the cluster is not the one to work on, or not now."""
    cluster = comparison.observed
    arn = parse_arn(cluster.arn)
    if arn and arn.region != region:
        yield comparison.report.problem(
            PlanFault.REGION_DIFFERS,
            ("metadata", "region"),
            f'the file says "{region}", the cluster that was read is in "{arn.region}"',
            help=(f"--region {region}",),
        )
    if cluster.status not in _USABLE:
        yield comparison.report.problem(
            PlanFault.CLUSTER_NOT_ACTIVE,
            ("metadata", "name"),
            f'cluster "{cluster.name}" is {cluster.status}',
            help=(f"aws eks wait cluster-active --name {cluster.name}",),
        )


def agent_problems(comparison: Comparison) -> Iterator[Problem]:
    """Yield why no pod would get credentials."""
    entries = tuple(comparison.desired.all_associations())
    if not entries or comparison.observed.auto_mode or comparison.desired.has_external_agent:
        return
    agent = comparison.observed.addons.get(AGENT_ADDON)
    if agent is None and AGENT_ADDON not in (comparison.desired.addons or {}):
        yield agent_missing((entry.service_account for entry in entries), comparison.report)
    elif agent and agent.status in UNHEALTHY:
        yield comparison.report.problem(
            PlanFault.AGENT_UNHEALTHY,
            ("addons",),
            f"{AGENT_ADDON} is {agent.status}, so pods get no credentials",
            observed=(f"{issue.code}: {issue.message}" for issue in agent.health_issues),
            help=("kubectl --namespace kube-system get daemonset eks-pod-identity-agent",),
        )


def agent_missing(accounts: Iterable[ServiceAccountRef], report: Reporter) -> Problem:
    """Return the problem of a cluster without an agent.

    Args:
        accounts: The service accounts that need it; at least one.
        report: Looks up positions in the file.
    """
    return report.problem(
        PlanFault.AGENT_NOT_INSTALLED,
        ("addons",),
        f"{AGENT_ADDON} is neither installed nor listed, and {min(accounts)} needs it",
        help=(f"add to addons:\n  - name: {AGENT_ADDON}", EXTERNAL_HELP),
    )


def limit_problems(comparison: Comparison, changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield that the cluster would hold too many associations."""
    steps = [change.step for change in changes if change.kind is Kind.ASSOCIATION]
    have = len(comparison.observed.associations)
    count = have + steps.count(Step.CREATE) - steps.count(Step.DELETE)
    if count > max(MAX_ASSOCIATIONS, have):
        yield comparison.report.problem(
            PlanFault.ASSOCIATION_LIMIT_REACHED,
            ("iam", "podIdentityAssociations"),
            f"cluster would hold {count:,} associations, EKS takes {MAX_ASSOCIATIONS:,}",
            observed=(f"it holds {have:,} now",),
            help=("let service accounts share one, or split the workloads over two clusters",),
        )


def shared_role_problems(comparison: Comparison, changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield roles that would go while somebody still uses them."""
    going = {role.arn: role for change in changes if (role := _going_role(change))}
    made = {each.role.arn for each in comparison.desired.all_associations() if _is_made(each)}
    for entry in comparison.desired.all_associations():
        role = comparison.observed.roles.get(entry.role.arn)
        # What the stack made and the file no longer asks for goes, whoever names it by its ARN.
        if role and role.arn not in made and comparison.ownership.owns(role):
            yield comparison.report.problem(
                PlanFault.ROLE_STILL_USED,
                (*entry.path, "roleARN"),
                f"{role.arn} was made by this stack, and no entry asks for it any more",
                help=("put back the entry or the permissions that it was made for",),
            )
    for association in _staying(comparison, changes):
        if role := going.get(association.role_arn):
            yield still_used(role.arn, association, comparison.report)


def still_used(role_arn: str, association: Association, report: Reporter) -> Problem:
    """Return the problem of a role that would go while a foreign association uses it."""
    return report.problem(
        PlanFault.ROLE_STILL_USED,
        ("iam", "podIdentityAssociations"),
        f"{role_arn} would be deleted, and {association.service_account} uses it",
        observed=(f"{association.id} was not made by this stack",),
        help=("give that association another role first",),
    )


def _is_made(entry: DesiredAssociation) -> bool:
    return isinstance(entry.role, MadeRole)


def _going_role(change: Change) -> Role | None:
    if change.step in {Step.DELETE, Step.REPLACE} and isinstance(change.observed, Role):
        return change.observed
    return None


def _staying(comparison: Comparison, changes: Sequence[Change]) -> Iterator[Association]:
    """Yield the associations that no change is about."""
    ours = {change.name for change in changes if change.kind is Kind.ASSOCIATION}
    for each in comparison.observed.associations:
        if str(each.service_account) not in ours:
            yield each
