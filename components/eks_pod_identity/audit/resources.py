"""An account as resources, in a stable order: clusters by name, then roles and policies by ARN.

In: an account. Out: resources with what they stand for, and the associations whose role is gone.
"""

from collections.abc import Iterator, Mapping

from eks_pod_identity.audit.eks_resources import (
    association_subject,
    cluster_resources,
    service_account_resources,
)
from eks_pod_identity.audit.iam_resources import policy_resource, role_resources
from eks_pod_identity.audit.observed import Observed
from eks_pod_identity.observed.account import EVERYTHING, AccountState, Selection, roles_used


def resources_of(state: AccountState, selection: Selection = EVERYTHING) -> tuple[Observed, ...]:
    """Return everything of an account as resources.

    Args:
        state: What was read.
        selection: The associations that are asked for; others are only seen beside them.
    """
    users = role_users(state)
    holders = _policy_holders(state)
    return (
        *(each for cluster in state.clusters for each in cluster_resources(cluster, selection)),
        *_service_accounts(state, selection),
        *(
            each
            for arn, role in sorted(state.roles.items())
            for each in role_resources(role, users.get(arn, ()))
        ),
        *(
            policy_resource(policy, holders.get(arn, ()))
            for arn, policy in sorted(state.policies.items())
            if policy.document is not None  # else it stays a policy of which only the name is known
        ),
    )


def _service_accounts(state: AccountState, selection: Selection) -> Iterator[Observed]:
    # A service account does not tell of which cluster it is, so rules take them for those of the
    # only one.
    if len(state.clusters) == 1:
        yield from service_account_resources(state.clusters[0], selection)


def role_users(state: AccountState) -> Mapping[str, tuple[str, ...]]:
    """Return for the ARN of each role in use the addresses of all associations that use it."""
    users: dict[str, list[str]] = {}
    for arn, cluster, each in roles_used(state.clusters):
        users.setdefault(arn, []).append(association_subject(cluster, each).address)
    return {arn: tuple(sorted(set(names))) for arn, names in users.items()}


def _policy_holders(state: AccountState) -> Mapping[str, tuple[str, ...]]:
    holders: dict[str, list[str]] = {}
    for role in state.roles.values():
        for arn in role.attached_policy_arns:
            holders.setdefault(arn, []).append(role.name)
    return {arn: tuple(sorted(names)) for arn, names in holders.items()}
