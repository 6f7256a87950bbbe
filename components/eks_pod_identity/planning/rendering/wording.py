"""Numbers and names in words, for all forms of a plan."""

from collections.abc import Sequence

from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.prose import noun_of

_VERBS = (Step.CREATE, Step.UPDATE, Step.REPLACE, Step.DELETE)


def summary(plan: Plan) -> str:
    """Return what there is to do in one line: `2 to create, 1 to delete`."""
    counts = ((plan.count(step), step.value) for step in _VERBS)
    return ", ".join(f"{count:,} to {verb}" for count, verb in counts if count) or "nothing to do"


def count_kinds(changes: Sequence[Change]) -> str:
    """Return how many things of each kind there are: `1 add-on, 2 roles`."""
    counts = ((sum(each.kind is kind for each in changes), kind.value) for kind in Kind)
    return ", ".join(count_of(count, noun) for count, noun in counts if count)


def count_of(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun_of(count, noun)}"


def describe_foreign(association: Association) -> str:
    """Return a foreign association in one line, with whoever made it as far as that is known."""
    role = association.role_arn.rpartition("/")[2]  # EKS takes roles of the cluster's account only
    return f"{association.service_account} -> {role} ({_maker(association)})"


def _maker(association: Association) -> str:
    if association.owner_addon:
        return f"add-on {association.owner_addon}"
    stack = association.tags.get(STACK_TAG)
    return f"stack {stack}" if stack else association.id
