"""Statements of trust policies, and the conditions that bind them to service accounts.

In: plain strings and service accounts in any order. Out: statements whose text does not depend on
that order. Which conditions a role needs is decided by `trust` and `target_trust`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from eks_pod_identity import names
from eks_pod_identity.names import ServiceAccountRef

# Session tags that EKS sets on every session unless they are disabled,
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html#pod-id-abac-tags
CLUSTER_TAG = "aws:RequestTag/eks-cluster-arn"
NAMESPACE_TAG = "aws:RequestTag/kubernetes-namespace"
SERVICE_ACCOUNT_TAG = "aws:RequestTag/kubernetes-service-account"

ASSUME_AND_TAG = ("sts:AssumeRole", "sts:TagSession")
ASSUME_ONLY = ("sts:AssumeRole",)

Conditions: TypeAlias = Mapping[str, Mapping[str, Any]]

_OPEN = re.compile(r"[*?$]")


def build_trust_statements(
    sid: str,
    principal: Mapping[str, str],
    actions: Iterable[str],
    common: Conditions,
    variants: Iterable[Conditions],
) -> list[dict[str, Any]]:
    """Return one Allow statement per variant, each with the common conditions as well.

    Args:
        sid: Sid of the first statement; the others are numbered, since IAM wants them unique.
        principal: Who is let in.
        actions: What it may do.
        common: Conditions of every statement.
        variants: Conditions of one statement each.
    """
    return [
        {
            "Sid": sid if number == 1 else f"{sid}{number}",
            "Effect": "Allow",
            "Principal": dict(principal),
            "Action": list(actions),
            "Condition": _merge(common, variant),
        }
        for number, variant in enumerate(variants, start=1)
    ]


def bind_to_service_accounts(service_accounts: Iterable[ServiceAccountRef]) -> list[Conditions]:
    """Return conditions on session tags that together let in exactly these service accounts.

    Raises:
        ValueError: There is none.
    """
    return [
        {"StringEquals": {NAMESPACE_TAG: namespaces, SERVICE_ACCOUNT_TAG: accounts}}
        for namespaces, accounts in _blocks(require_service_accounts(service_accounts))
    ]


def require_service_accounts(
    service_accounts: Iterable[ServiceAccountRef],
) -> Sequence[ServiceAccountRef]:
    """Return the service accounts, sorted, each once.

    Raises:
        ValueError: There is none, so nothing to bind a trust policy to.
    """
    if unique := sorted(set(service_accounts)):
        return unique
    raise ValueError("a trust policy of this scope needs at least one service account")


def require_arn(text: str) -> names.Arn:
    """Return the parts of an ARN that names an account and one thing in it.

    Raises:
        ValueError: The text is no such ARN. Wildcards and variables would open the trust unasked.
    """
    arn = names.parse_arn(text)
    if arn is None or not arn.account or _OPEN.search(text):
        raise ValueError(f"not the ARN of one thing in an account: {text!r}")
    return arn


def _blocks(
    service_accounts: Iterable[ServiceAccountRef],
) -> list[tuple[list[str], list[str]]]:
    """Split pairs into blocks whose every namespace goes with every name, and no pair is lost.

    Two lists in one condition match every combination, so (dev, api) and (qa, web) must not share
    a statement. Namespaces with equal names share one, or names with equal namespaces, whichever
    takes fewer statements.
    """
    pairs = {(each.namespace, each.name) for each in service_accounts}
    if len(pairs) == 1:  # a plan of thousands of roles has thousands of these
        return [([namespace], [name]) for namespace, name in pairs]
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


def _merge(left: Conditions, right: Conditions) -> dict[str, dict[str, Any]]:
    return {
        operator: {**left.get(operator, {}), **right.get(operator, {})}
        for operator in sorted({*left, *right})
    }
