"""Trust policies that let EKS Pod Identity assume a role, closed by default.

In: plain strings (ARNs, namespaces, service accounts), so that a document is known before the
cluster exists. Out: documents whose text does not depend on the order of the input.
Must not widen anything unasked: a wider scope is a value that the user has to name.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import (
    TRUST_POLICY_MAX_SIZE,
    Document,
    Statement,
    build_document,
    document_size,
)
from eks_pod_identity.iam.trust_statement import (
    ASSUME_AND_TAG,
    NAMESPACE_TAG,
    Conditions,
    bind_to_service_accounts,
    build_trust_statements,
    require_arn,
    require_service_accounts,
)
from eks_pod_identity.names import ServiceAccountRef

# One name in every partition: the guide of the China regions has it too,
# https://docs.amazonaws.cn/en_us/eks/latest/userguide/pod-id-role.html
SERVICE_PRINCIPAL = "pods.eks.amazonaws.com"


class TrustScope(Enum):
    """Who may use a role, from narrow to wide."""

    SERVICE_ACCOUNT = "service-account"
    NAMESPACE = "namespace"
    CLUSTER = "cluster"
    ACCOUNT = "account"


_SIDS: Mapping[TrustScope, str] = {
    TrustScope.SERVICE_ACCOUNT: "AllowServiceAccounts",
    TrustScope.NAMESPACE: "AllowNamespaces",
    TrustScope.CLUSTER: "AllowCluster",
    TrustScope.ACCOUNT: "AllowAccount",
}


def build_trust_policy(  # noqa: PLR0913 - who is let in has this many sides
    *,
    cluster_arn: str,
    service_accounts: Iterable[ServiceAccountRef] = (),
    scope: TrustScope = TrustScope.SERVICE_ACCOUNT,
    session_tags: bool = True,
    other_cluster_arns: Iterable[str] = (),
    more: Iterable[Statement] = (),
) -> dict[str, Any]:
    """Return the trust policy of a role that pods of one cluster use, or of several.

    Without session tags EKS sends no `aws:RequestTag`, so a condition on one would never hold; the
    role then cannot be narrowed below the cluster. `sts:TagSession` stays, because EKS refuses a
    role that does not trust it with both actions.

    Args:
        cluster_arn: The cluster; its account is the one that `aws:SourceAccount` must name.
        service_accounts: The associations that use the role; needed down from scope namespace.
        scope: Who may use the role.
        session_tags: False if the associations disable session tags.
        other_cluster_arns: Clusters of the same account whose pods use it as well.
        more: Statements of the user's, which follow.

    Raises:
        ValueError: An ARN names no account or another one, or the scope needs service accounts
            and has none.
    """
    reached = scope if session_tags else _without_tags(scope)
    return build_document(
        *build_trust_statements(
            _SIDS[reached],
            {"Service": SERVICE_PRINCIPAL},
            ASSUME_AND_TAG,
            _source_conditions(tuple(sorted({cluster_arn, *other_cluster_arns})), reached),
            _tag_conditions(service_accounts, reached),
        ),
        *more,
    )


def validate_trust_policy_size(
    document: Document, *, address: str, limit: int = TRUST_POLICY_MAX_SIZE
) -> tuple[Problem, ...]:
    """Return a problem if a trust policy is larger than IAM takes.

    Args:
        document: The trust policy.
        address: The role's place in the user's own spelling.
        limit: The quota of the account, if it has been raised.
    """
    size = document_size(document)
    if size <= limit:
        return ()
    problem = Problem(
        id="trust-policy-too-large",
        address=address,
        message=f"trust policy has {size:,} characters, IAM takes {limit:,}",
        help=(
            "to trust the namespaces instead of each service account, set trust_scope: namespace",
            "to keep the trust narrow, use several roles with fewer service accounts each",
        ),
    )
    return (problem,)


def _without_tags(scope: TrustScope) -> TrustScope:
    return TrustScope.ACCOUNT if scope is TrustScope.ACCOUNT else TrustScope.CLUSTER


@lru_cache(maxsize=64)  # a plan of thousands of roles asks for one cluster each time
def _source_conditions(cluster_arns: tuple[str, ...], scope: TrustScope) -> Conditions:
    accounts = {require_arn(each).account for each in cluster_arns}
    if len(accounts) != 1:
        raise ValueError(f"one role is for clusters of one account, not of {sorted(accounts)}")
    account = {"StringEquals": {"aws:SourceAccount": accounts.pop()}}
    if scope is TrustScope.ACCOUNT:
        return account
    # What EKS sends is the ARN of the cluster, not of the association; keys that hold ARNs are
    # compared by ARN operators, as in AWS's own sample for pods.eks.amazonaws.com.
    one = cluster_arns[0] if len(cluster_arns) == 1 else list(cluster_arns)
    return account | {"ArnEquals": {"aws:SourceArn": one}}


def _tag_conditions(
    service_accounts: Iterable[ServiceAccountRef], scope: TrustScope
) -> Sequence[Conditions]:
    """Return the conditions on session tags, one per statement."""
    if scope is TrustScope.SERVICE_ACCOUNT:
        return bind_to_service_accounts(service_accounts)
    if scope is TrustScope.NAMESPACE:
        namespaces = {each.namespace for each in require_service_accounts(service_accounts)}
        return [{"StringEquals": {NAMESPACE_TAG: sorted(namespaces)}}]
    return [{}]
