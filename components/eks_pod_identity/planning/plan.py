"""The planner: what is desired and what is observed in, ordered changes and problems out.

    plan = plan_cluster(desired, state, PlanFacts(), places)
    if plan.errors: ...
    for change in plan.changes: ...

Pure, and independent of order: lists of the file and of AWS may be shuffled. A plan deletes only
what the stack made and the file took out in words; everything else is foreign and stays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from eks_pod_identity.config import AGENT_ADDON, Places
from eks_pod_identity.errors import Problem, Severity, sorted_problems
from eks_pod_identity.observed.cluster import Association, ClusterState
from eks_pod_identity.observed.ownership import CLUSTER_TAG, Ownership
from eks_pod_identity.observed.ownership import stack_of as stack_of_thing
from eks_pod_identity.planning.addons import has_entries_of_unknown_origin, plan_addons
from eks_pod_identity.planning.associations import plan_associations
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison, Finding
from eks_pod_identity.planning.conflicts import duplicate_claims
from eks_pod_identity.planning.desired import DesiredCluster
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.foreign_policies import (
    foreign_policy_notes,
    has_policies_of_unknown_origin,
)
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.policy_checks import policy_problems
from eks_pod_identity.planning.preconditions import (
    agent_problems,
    cluster_problems,
    limit_problems,
    shared_role_problems,
)
from eks_pod_identity.planning.report import NOWHERE, Reporter
from eks_pod_identity.planning.roles import shared_role_address
from eks_pod_identity.planning.service_accounts import plan_service_accounts, service_account_notes
from eks_pod_identity.planning.stack_choice import StackChoice, choose_stack, declared_things


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan depends on beside the file and the cluster.

    Attributes:
        stack: The Pulumi `project/stack` of the file; None to tell it by the tags that are there.
        projects: The projects of the Pulumi programs that the file lies in.
        record: What the stack's state says of the runs before; None if it was not read.
    """

    stack: str | None = None
    projects: tuple[str, ...] = ()
    record: StackRecord | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done.

    Attributes:
        cluster: The cluster's name.
        changes: Every step, in the order of doing within each add-on and association.
        problems: What stands against it, in file order.
        foreign: Associations that somebody else made; they stay as they are.
        notes: What is good to know and no problem, one line each.
        stack: The `project/stack` whose things are taken for the file's; None if there is none.
    """

    cluster: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    foreign: tuple[Association, ...] = ()
    notes: tuple[str, ...] = ()
    stack: str | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop everything."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)

    @property
    def differences(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if not change.is_same)

    def count(self, step: Step) -> int:
        """Return how many changes are of a step."""
        return sum(change.step is step for change in self.changes)


def plan_cluster(
    desired: DesiredCluster,
    observed: ClusterState,
    facts: PlanFacts,
    places: Places = NOWHERE,
) -> Plan:
    """Compare what a file asks for with a cluster.

    Args:
        desired: What the file asks for.
        observed: The cluster, with the roles that `relevant_roles` names.
        facts: What else it depends on.
        places: Looks up positions in the file.
    """
    report = Reporter(places)
    choice = choose_stack(desired, observed, facts.stack, facts.projects)
    if len(choice.candidates) > 1:
        return Plan(observed.name, problems=(_ambiguous(choice, report),))
    comparison = Comparison.of(
        desired, observed, _ownership(observed, choice.stack, facts), report, facts.record
    )
    found = _plan(comparison, desired.region)
    return replace(found, notes=(*_guess_notes(choice), *found.notes))


def stack_of(desired: DesiredCluster, observed: ClusterState, facts: PlanFacts) -> str | None:
    """Return the `project/stack` of a file: the one that is named, or by the tags that are there.

    Args:
        desired: What the file asks for.
        observed: The cluster.
        facts: What else it depends on.
    """
    return choose_stack(desired, observed, facts.stack, facts.projects).stack


def asks_for_state(desired: DesiredCluster, observed: ClusterState, facts: PlanFacts) -> bool:
    """Tell whether some steps depend on what the stack's state has, which is not known yet.

    Args:
        desired: What the file asks for.
        observed: The cluster, with its roles.
        facts: What else it depends on.
    """
    if facts.record is not None:
        return False
    ownership = _ownership(observed, stack_of(desired, observed, facts), facts)
    comparison = Comparison.of(desired, observed, ownership, Reporter())
    return has_policies_of_unknown_origin(comparison) or has_entries_of_unknown_origin(comparison)


def _ownership(observed: ClusterState, stack: str | None, facts: PlanFacts) -> Ownership:
    record = facts.record
    held = record.owned if record and record.stack == stack else frozenset[str]()
    return Ownership(observed.name, stack, held)


def may_be_imported(desired: DesiredCluster, observed: ClusterState, facts: PlanFacts) -> bool:
    """Tell whether something is there that the file declares and no stack's tag is on.

    An import puts no tag on anything, so the stack's state has to say whose it is.
    """
    things = declared_things(desired, observed)
    untagged = any(stack_of_thing(each, observed.name) is None for each in things)
    return facts.record is None and untagged


def _ambiguous(choice: StackChoice, report: Reporter) -> Problem:
    names = sorted(choice.candidates)
    made = "what the file declares"
    if not choice.made_declared:
        made = "things of the cluster, and none of them anything that the file declares"
    return report.problem(
        PlanFault.STACK_AMBIGUOUS,
        ("metadata", "name"),
        f"{len(names)} stacks made {made}",
        observed=names,
        help=tuple(f"--stack {name}" for name in names),
    )


def _guess_notes(choice: StackChoice) -> Iterator[str]:
    if choice.is_guess:
        yield (
            f"stack {choice.stack} made nothing that the file declares; it is taken for the file's"
            " because nothing speaks for another. --stack PROJECT/STACK says which it is"
        )


def _plan(comparison: Comparison, region: str) -> Plan:
    findings: list[Finding] = [
        *plan_addons(comparison),
        *plan_associations(comparison),
        *plan_service_accounts(comparison),
    ]
    changes = tuple(sorted((each for each in findings if isinstance(each, Change)), key=_order))
    problems = [
        *(each for each in findings if isinstance(each, Problem)),
        *cluster_problems(comparison, region),
        *agent_problems(comparison),
        *policy_problems(
            comparison.desired.all_associations(),
            comparison.observed.missing_policies,
            comparison.report,
        ),
        *duplicate_claims(comparison),
        *limit_problems(comparison, changes),
        *shared_role_problems(comparison, changes),
    ]
    return Plan(
        comparison.observed.name,
        changes,
        sorted_problems(problems),
        tuple(_foreign(comparison, changes)),
        (
            *_import_notes(comparison),
            *foreign_policy_notes(comparison),
            *service_account_notes(comparison),
        ),
        comparison.ownership.stack,
    )


def _import_notes(comparison: Comparison) -> Iterator[str]:
    """Yield how many things the state holds that no tag gives to the stack yet."""
    ownership, observed = comparison.ownership, comparison.observed
    things = [
        each
        for each in declared_things(comparison.desired, observed)
        if ownership.owns(each)
        and stack_of_thing(each, observed.name) != ownership.stack
        # EKS has a role of the file's alone on what an add-on owns, and no tags of the file's.
        and not (isinstance(each, Association) and each.owner_arn)
    ]
    if things:
        yield (
            f"{len(things):,} imported {'thing gets' if len(things) == 1 else 'things get'} the"
            " tags of this stack; tags alone need no UpdateAddon"
        )


_STAGES = {Kind.ROLE: 0, Kind.ADDON: 1, Kind.SERVICE_ACCOUNT: 2, Kind.ASSOCIATION: 3}
_LAST = 4
_USED_BY_ASSOCIATIONS = frozenset({Kind.ROLE, Kind.SERVICE_ACCOUNT})


def _order(change: Change) -> tuple[int, str, int, str]:
    """Add-ons come first, the agent before them; what an association uses before it, or after."""
    leaving = change.kind in _USED_BY_ASSOCIATIONS and change.step is Step.DELETE
    stage = _LAST if leaving else _STAGES[change.kind]
    if change.kind is Kind.ROLE and change.address == shared_role_address(change.name):
        return (_LAST if leaving else 1, "", stage, change.name)
    if change.addon:
        return (int(change.addon != AGENT_ADDON), change.addon, stage, change.name)
    subject = change.address.rpartition(" ")[2]
    return (2, subject, stage, change.name)


def _foreign(comparison: Comparison, changes: Iterable[Change]) -> Iterator[Association]:
    known = {
        *(change.name for change in changes if change.kind is Kind.ASSOCIATION),
        *(str(each.service_account) for each in comparison.desired.all_associations()),
    }
    for each in comparison.observed.associations:
        if str(each.service_account) not in known and not comparison.ownership.owns(each):
            yield each


def relevant_roles(desired: DesiredCluster, observed: ClusterState) -> frozenset[str]:
    """Return the ARNs of the roles that a plan has to know: those it makes, is given and may drop.

    Roles of associations that somebody else made are not among them: each costs several calls.
    """
    wanted = {entry.role.arn for entry in desired.all_associations()}
    return frozenset(
        wanted | {each.role_arn for each in observed.associations if _may_be_ours(each)}
    )


def _may_be_ours(association: Association) -> bool:
    return association.owner_arn is not None or CLUSTER_TAG in association.tags
