"""Roles whose generated name has the form of earlier versions: they keep it.

The former name said nothing of region and account, so two clusters of one name met in it. A role is
replaced if its name changes, so what a stack made under the former name stays under it. In: a role
of that name. Out: whether it is the stack's, for this very cluster.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.observed.ownership import STACK_TAG, Ownership

_SOURCE_ARN = "aws:sourcearn"


def kept_names(
    former: Mapping[str, str], roles: Mapping[str, Role], cluster: PolicyContext, stack: str | None
) -> dict[str, str]:
    """Return the names that roles keep, by those that they would get.

    Args:
        former: By the names that roles would get, those of earlier versions.
        roles: What IAM has under the latter, by name.
        cluster: The cluster.
        stack: As of `is_of_cluster`.
    """
    return {
        new: name
        for new, name in former.items()
        if (role := roles.get(name)) and is_of_cluster(role, cluster, stack)
    }


def names_clusters(role: Role) -> bool:
    """Tell whether a role's trust policy says for which clusters it is."""
    return any(True for _ in _source_arns(role.trust_policy))


def is_of_cluster(role: Role, cluster: PolicyContext, stack: str | None) -> bool:
    """Tell whether a role was made for a cluster by this package.

    Its trust policy says it, whatever other cluster of that name there is. One that a wide scope
    left open is known by its tags.

    Args:
        role: A role that has the former name.
        cluster: The cluster.
        stack: The Pulumi `project/stack` as a tag's value; None if that is not known.
    """
    arns = frozenset(_source_arns(role.trust_policy))
    if arns:
        return cluster.cluster_arn(cluster.cluster) in arns
    return Ownership(cluster.cluster, stack or role.tags.get(STACK_TAG)).owns(role)


def _source_arns(trust_policy: Mapping[str, Any]) -> Iterator[str]:
    statements = trust_policy.get("Statement", ())
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        for keys in (statement.get("Condition") or {}).values():
            for key, value in keys.items():
                if key.lower() == _SOURCE_ARN:
                    yield from [value] if isinstance(value, str) else value
