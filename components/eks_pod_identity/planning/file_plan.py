"""How the plan of a file comes about: what is read, of whom, and in which order.

    plan = plan_file(loaded, source, PlanFacts(stack="shop/prod"))

In: a loaded file, and whoever reads (the command line from AWS, a test from memory). Out: a plan.
Reads nothing itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eks_pod_identity.config import LoadedConfig, Places
from eks_pod_identity.errors import ObservationError, Problem, sorted_problems
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.observed.cluster import ClusterState, Role
from eks_pod_identity.planning.addon_fault import AddonFault
from eks_pod_identity.planning.addon_permissions import (
    AddonFacts,
    AddonRequest,
    decide_permissions,
)
from eks_pod_identity.planning.declaration import Declaration, addon_requests
from eks_pod_identity.planning.desired import DesiredCluster
from eks_pod_identity.planning.former_names import kept_names
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.plan import (
    Plan,
    PlanFacts,
    asks_for_state,
    may_be_imported,
    plan_cluster,
    relevant_roles,
    stack_of,
)
from eks_pod_identity.planning.policy_checks import relevant_policies


class PlanSource(Protocol):
    """Reads what a plan depends on; each method may raise ObservationError."""

    def observe(self) -> tuple[ClusterState, Sequence[str]]:
        """Return the file's cluster without roles, and notes on what could not be read."""

    def addon_facts(
        self, requests: Sequence[AddonRequest], observed: ClusterState
    ) -> Mapping[str, AddonFacts]:
        """Return what EKS's catalogue says of add-ons, by name, where their plan depends on it."""

    def default_tags(self, stack: str | None) -> Mapping[str, str]:
        """Return the tags that the AWS provider of a `project/stack` adds to all it makes."""

    def with_roles(self, observed: ClusterState, role_arns: frozenset[str]) -> ClusterState:
        """Return a cluster with these roles looked up."""

    def with_missing_policies(self, observed: ClusterState, arns: frozenset[str]) -> ClusterState:
        """Return a cluster with those of these managed policies that do not exist."""

    def roles_named(self, names: frozenset[str]) -> Mapping[str, Role]:
        """Return the roles of these names that there are, with their trust policies.

        Tags come along if the trust policy does not say for which cluster a role is.
        """

    def record(self, stack: str | None) -> tuple[StackRecord | None, Sequence[str]]:
        """Return what the state of a `project/stack` says, or None and notes.

        Without a stack, the one that is selected in the nearest program.
        """


@dataclass(frozen=True, slots=True)
class Sides:
    """What a plan compares.

    Attributes:
        desired: What the file asks for.
        observed: What there is of it.
        facts: What the plan depends on beside the two.
        notes: What could not be read, one line each.
    """

    desired: DesiredCluster
    observed: ClusterState
    facts: PlanFacts
    notes: tuple[str, ...] = ()


def plan_file(loaded: LoadedConfig, source: PlanSource, facts: PlanFacts) -> Plan:
    """Compare a file with its cluster.

    Args:
        loaded: The file, read for the cluster.
        source: Who reads what the plan depends on.
        facts: What the caller knows already.

    Raises:
        ConfigError: The file has errors.
        ObservationError: Something could not be read.
    """
    return plan_sides(loaded, read_sides(loaded, source, facts))


def plan_sides(loaded: LoadedConfig, sides: Sides) -> Plan:
    """Compare a file with what was read for it."""
    found = plan_cluster(sides.desired, sides.observed, sides.facts, loaded.places)
    return replace(
        found,
        problems=sorted_problems([*loaded.problems, *found.problems]),
        notes=(*found.notes, *sides.notes),
    )


def read_sides(loaded: LoadedConfig, source: PlanSource, facts: PlanFacts) -> Sides:
    """Read what a plan of a file compares; as `plan_file`."""
    observed, notes = _observe(loaded, source)
    desired = _desired(loaded, observed, source)
    former = desired.former_names()
    roles = source.roles_named(frozenset(former.values()))
    desired = desired.with_names(kept_names(former, roles, desired.cluster, facts.stack))
    desired = desired.with_default_tags(source.default_tags(stack_of(desired, observed, facts)))
    observed = source.with_roles(observed, relevant_roles(desired, observed))
    observed = source.with_missing_policies(observed, relevant_policies(desired, observed))
    asks = asks_for_state(desired, observed, facts)
    if asks or may_be_imported(desired, observed, facts):
        stack = stack_of(desired, observed, facts)
        record, unread = source.record(stack)
        facts = _with_record(facts, record, stack, observed)
        notes = (*notes, *unread) if asks else notes
    return Sides(desired, observed, facts, tuple(notes))


def _with_record(
    facts: PlanFacts, record: StackRecord | None, stack: str | None, observed: ClusterState
) -> PlanFacts:
    """Return facts with a state, and with its stack if no tag names one and it holds a thing."""
    if stack is not None:
        return replace(facts, record=record)
    if record is None or not record.holds_any_of(observed):
        return facts
    return replace(facts, stack=record.stack, record=record)


def _observe(loaded: LoadedConfig, source: PlanSource) -> tuple[ClusterState, Sequence[str]]:
    loaded.require()  # before anything is asked
    try:
        return source.observe()
    except ObservationError as error:
        placed = (_at_name(problem, loaded.places) for problem in error.problems)
        raise ObservationError(placed) from error


def _desired(loaded: LoadedConfig, observed: ClusterState, source: PlanSource) -> DesiredCluster:
    config = loaded.require()
    requests = addon_requests(config, loaded.places)
    permissions = decide_permissions(requests, source.addon_facts(requests, observed))
    return Declaration(config, PolicyContext.of_cluster(observed.arn), permissions).desired()


def _at_name(problem: Problem, places: Places) -> Problem:
    if problem.id != AddonFault.CLUSTER_NOT_FOUND.id:
        return problem
    path = ("metadata", "name")
    return replace(problem, address=places.address(path), places=places.places(path))
