"""Trust policies that let EKS Pod Identity assume a role, closed by default.

In: plain strings (ARNs, namespaces, service accounts), so that a document is known before the
cluster exists. Out: documents whose text does not depend on the order of the input.
Must not widen anything unasked: a wider scope is a value that the user has to name.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

from eks_pod_identity import names
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import (
    TRUST_POLICY_MAX_SIZE,
    Document,
    build_document,
    build_statement,
    document_size,
)
from eks_pod_identity.names import ServiceAccountRef

# One name in every partition: the guide of the China regions has it too,
# https://docs.amazonaws.cn/en_us/eks/latest/userguide/pod-id-role.html
SERVICE_PRINCIPAL = "pods.eks.amazonaws.com"
ASSUME_AND_TAG = ("sts:AssumeRole", "sts:TagSession")

# Session tags that EKS sets on every session unless they are disabled,
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html#pod-id-abac-tags
_CLUSTER_TAG = "aws:RequestTag/eks-cluster-arn"
_NAMESPACE_TAG = "aws:RequestTag/kubernetes-namespace"
_SERVICE_ACCOUNT_TAG = "aws:RequestTag/kubernetes-service-account"

_Conditions: TypeAlias = dict[str, dict[str, Any]]


class TrustScope(Enum):
    """Who may use a role, from narrow to wide."""

    SERVICE_ACCOUNT = "service-account"
    NAMESPACE = "namespace"
    CLUSTER = "cluster"
    ACCOUNT = "account"


def build_trust_policy(
    *,
    cluster_arn: str,
    service_accounts: Iterable[ServiceAccountRef] = (),
    scope: TrustScope = TrustScope.SERVICE_ACCOUNT,
    session_tags: bool = True,
) -> dict[str, Any]:
    """Return the trust policy of a role that pods of one cluster use.

    Without session tags EKS sends no `aws:RequestTag`, so a condition on one would never hold; the
    role then cannot be narrowed below the cluster. `sts:TagSession` stays, because EKS refuses a
    role that does not trust it with both actions.

    Args:
        cluster_arn: The cluster; its account is the one that `aws:SourceAccount` must name.
        service_accounts: The associations that use the role; needed down from scope namespace.
        scope: Who may use the role.
        session_tags: False if the associations disable session tags.

    Raises:
        ValueError: The ARN names no account, or the scope needs service accounts and has none.
    """
    reached = scope if session_tags else _without_tags(scope)
    tags = _tag_conditions(reached, tuple(service_accounts))
    source = _source_conditions(cluster_arn, reached)
    principal = {"Service": SERVICE_PRINCIPAL}
    return build_document(
        *(
            _trust_statement(sid, principal, ASSUME_AND_TAG, _merge(source, tag))
            for sid, tag in zip(_sids(_SIDS[reached], len(tags)), tags, strict=True)
        )
    )


def build_target_trust_policy(
    *,
    source_role_arn: str,
    cluster_arn: str,
    service_accounts: Iterable[ServiceAccountRef],
    session_tags: bool = True,
) -> dict[str, Any]:
    """Return the trust policy of a target role, which EKS assumes from the association's role.

    With session tags the target is bound by the tags of cluster, namespace and service account,
    which travel along; without, EKS sends `sts:ExternalId` and no tags. Both forms, and the account
    as principal narrowed by `aws:PrincipalArn`, are those of the EKS user guide:
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
    A role as principal would be stored by its unique id, and the trust would be dead once a role
    of the same name took its place.

    Args:
        source_role_arn: The role of the association.
        cluster_arn: The cluster of the association.
        service_accounts: The associations that have this source and target.
        session_tags: False if the associations disable session tags.

    Raises:
        ValueError: An ARN names no account, or there is no service account.
    """
    bindings = _target_conditions(cluster_arn, tuple(service_accounts), tags=session_tags)
    source: _Conditions = {"ArnEquals": {"aws:PrincipalArn": source_role_arn}}
    role = _parse(source_role_arn)
    principal = {"AWS": f"arn:{role.partition}:iam::{role.account}:root"}
    return build_document(
        *(
            _trust_statement(
                sid, principal, _chain_actions(tags=session_tags), _merge(source, binding)
            )
            for sid, binding in zip(_sids("AllowSourceRole", len(bindings)), bindings, strict=True)
        )
    )


def build_target_grant(
    target_role_arns: Iterable[str], *, session_tags: bool = True
) -> dict[str, Any]:
    """Return the permission policy that an association's role needs to assume its target roles.

    The tags of a session travel into the next one, which asks for `sts:TagSession` in the policy
    of the caller as well as in the trust of the target.
    """
    return build_document(
        build_statement(
            "AssumeTargetRoles", _chain_actions(tags=session_tags), set(target_role_arns)
        )
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


_SIDS: Mapping[TrustScope, str] = {
    TrustScope.SERVICE_ACCOUNT: "AllowServiceAccounts",
    TrustScope.NAMESPACE: "AllowNamespaces",
    TrustScope.CLUSTER: "AllowCluster",
    TrustScope.ACCOUNT: "AllowAccount",
}


def _without_tags(scope: TrustScope) -> TrustScope:
    return TrustScope.ACCOUNT if scope is TrustScope.ACCOUNT else TrustScope.CLUSTER


def _source_conditions(cluster_arn: str, scope: TrustScope) -> _Conditions:
    conditions: _Conditions = {"StringEquals": {"aws:SourceAccount": _parse(cluster_arn).account}}
    if scope is not TrustScope.ACCOUNT:
        # What EKS sends is the ARN of the cluster, not of the association; keys that hold ARNs
        # are compared by ARN operators, as in AWS's own sample for pods.eks.amazonaws.com.
        conditions["ArnEquals"] = {"aws:SourceArn": cluster_arn}
    return conditions


def _tag_conditions(
    scope: TrustScope, service_accounts: Sequence[ServiceAccountRef]
) -> Sequence[_Conditions]:
    """Return the tag conditions of each statement, at least one statement."""
    if scope in {TrustScope.CLUSTER, TrustScope.ACCOUNT}:
        return [{}]
    if not service_accounts:
        raise ValueError(f"trust scope {scope.value} needs a service account")
    if scope is TrustScope.NAMESPACE:
        namespaces = {each.namespace for each in service_accounts}
        return [{"StringEquals": {_NAMESPACE_TAG: sorted(namespaces)}}]
    return [
        {"StringEquals": {_NAMESPACE_TAG: namespaces, _SERVICE_ACCOUNT_TAG: accounts}}
        for namespaces, accounts in _blocks(service_accounts)
    ]


def _target_conditions(
    cluster_arn: str, service_accounts: Sequence[ServiceAccountRef], *, tags: bool
) -> Sequence[_Conditions]:
    if tags:
        cluster: _Conditions = {"StringEquals": {_CLUSTER_TAG: cluster_arn}}
        blocks = _tag_conditions(TrustScope.SERVICE_ACCOUNT, service_accounts)
        return [_merge(cluster, block) for block in blocks]
    if not service_accounts:
        raise ValueError("an external id needs a service account")
    cluster_parts = _parse(cluster_arn)
    cluster_name = cluster_parts.resource.removeprefix("cluster/")
    ids = {
        names.external_id(cluster_parts.region, cluster_parts.account, cluster_name, each)
        for each in service_accounts
    }
    return [{"StringEquals": {"sts:ExternalId": sorted(ids)}}]


def _blocks(
    service_accounts: Iterable[ServiceAccountRef],
) -> list[tuple[list[str], list[str]]]:
    """Split pairs into blocks whose every namespace goes with every name, and no pair is lost.

    Two lists in one condition match every combination, so (dev, api) and (qa, web) must not share
    a statement. Namespaces with equal names share one, or names with equal namespaces, whichever
    takes fewer statements.
    """
    pairs = {(each.namespace, each.name) for each in service_accounts}
    by_namespace = _rows(pairs)
    by_name = [(seconds, firsts) for firsts, seconds in _rows({pair[::-1] for pair in pairs})]
    return min(by_namespace, sorted(by_name), key=len)


def _rows(pairs: Iterable[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Group first parts that go with equal sets of second parts; sorted."""
    seconds: dict[str, list[str]] = {}
    for first, second in sorted(pairs):
        seconds.setdefault(first, []).append(second)
    firsts: dict[tuple[str, ...], list[str]] = {}
    for first, group in seconds.items():
        firsts.setdefault(tuple(group), []).append(first)
    return sorted((group, list(key)) for key, group in firsts.items())


def _trust_statement(
    sid: str, principal: Mapping[str, str], actions: Sequence[str], conditions: _Conditions
) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": dict(principal),
        "Action": list(actions),
        "Condition": conditions,
    }


def _sids(stem: str, count: int) -> list[str]:
    """Return one Sid each, numbered from the second on: IAM wants them unique."""
    return [stem, *(f"{stem}{number}" for number in range(2, count + 1))]


def _chain_actions(*, tags: bool) -> Sequence[str]:
    return ASSUME_AND_TAG if tags else ASSUME_AND_TAG[:1]


def _merge(*parts: _Conditions) -> _Conditions:
    merged: _Conditions = {}
    for part in parts:
        for operator, keys in part.items():
            merged[operator] = merged.get(operator, {}) | keys
    return merged


def _parse(arn: str) -> names.Arn:
    parsed = names.parse_arn(arn)
    if parsed is None or not parsed.account:
        raise ValueError(f"not an ARN with an account: {arn!r}")
    return parsed
