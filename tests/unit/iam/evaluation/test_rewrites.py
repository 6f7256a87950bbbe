"""Rewrites that keep a document's meaning, and ones that take a guard away."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from harness.iam_documents import documents
from harness.iam_set_evaluator import WORLD, Case
from harness.lanes import examples
from harness.policy_rewrites import REWRITES, Rewrite, without_sids
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.names import ServiceAccountRef

_CASES = sorted(WORLD, key=repr)
_RANDOMS = st.randoms(use_true_random=False)
_ACCOUNTS = ("111122223333", "444455556666")


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)
@settings(max_examples=examples(40))
@given(document=documents(), random=_RANDOMS)
def test_rewrite_keeps_every_decision(
    rewrite: Rewrite, document: dict[str, Any], random: Random
) -> None:
    """How a document is written does not change what it allows."""
    before = _policy(document, DocumentKind.RESOURCE)
    after = _policy(rewrite(without_sids(document), random), DocumentKind.RESOURCE)

    for case in random.sample(_CASES, 60):
        request = _request(case)
        assert is_allowed(before, request).decision is is_allowed(after, request).decision


@pytest.mark.parametrize(
    "scope", [TrustScope.SERVICE_ACCOUNT, TrustScope.NAMESPACE, TrustScope.CLUSTER]
)
def test_every_guard_of_our_trust_policies_matters(scope: TrustScope) -> None:
    """Without any one condition of a closed trust policy somebody else gets in."""
    document = build_trust_policy(
        cluster_arn=_cluster_arn("111122223333", "prod"),
        service_accounts=[ServiceAccountRef("dev", "api")],
        scope=scope,
    )
    closed = _let_in(document)

    for weakened in _without_one_guard(document):
        assert _let_in(weakened) > closed


def _without_one_guard(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    (statement,) = document["Statement"]
    for operator, keys in statement["Condition"].items():
        for key in keys:
            # The ARN holds the account too, so this guard alone decides nothing; it is there for
            # a missing aws:SourceArn and for scanners.
            if key == "aws:SourceAccount":
                continue
            others = {name: value for name, value in keys.items() if name != key}
            condition = statement["Condition"] | {operator: others}
            yield document | {"Statement": [statement | {"Condition": condition}]}


def _let_in(document: dict[str, Any]) -> set[tuple[str, ...]]:
    policy = _policy(document, DocumentKind.TRUST)
    return {
        (account, cluster, namespace, name)
        for account in _ACCOUNTS
        for cluster in ("prod", "prod-2")
        for namespace in ("dev", "qa")
        for name in ("api", "web")
        if _is_let_in(policy, account, cluster, namespace, name)
    }


def _is_let_in(policy: Policy, account: str, cluster: str, namespace: str, name: str) -> bool:
    context = Context.of(
        {
            "aws:SourceAccount": account,
            "aws:SourceArn": _cluster_arn(account, cluster),
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": name,
        }
    )
    request = Request(
        Principal.service("pods.eks.amazonaws.com"), "sts:AssumeRole", context=context
    )
    return is_allowed(policy, request).decision is Decision.ALLOWED


def _cluster_arn(account: str, cluster: str) -> str:
    return f"arn:aws:eks:eu-west-1:{account}:cluster/{cluster}"


def _policy(document: object, kind: DocumentKind) -> Policy:
    loaded = load_document(document, kind)
    assert not isinstance(loaded, tuple), loaded
    return compile_policy(loaded)


def _request(case: Case) -> Request:
    kind, name = case.principal
    context = Context.of(dict(case.context), complete=True)
    return Request(
        Principal(PrincipalKind[kind.upper()], name), case.action, case.resource, context
    )
