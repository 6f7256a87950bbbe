"""Why a trust policy lets no pod in."""

from typing import Any

import pytest
from harness.trusts import policy_of

from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Policy
from eks_pod_identity.review.dead import dead_statements

_ACCOUNT = "111122223333"
_CLUSTER = f"arn:aws:eks:eu-west-1:{_ACCOUNT}:cluster/prod"
_BOTH = ["sts:AssumeRole", "sts:TagSession"]


@pytest.mark.parametrize(
    ("condition", "actions", "reason"),
    [
        (
            {"StringEquals": {"aws:SourceArn": "arn:aws:eks:eu-west-1:1:podidentityassociation/x"}},
            _BOTH,
            "StringEquals aws:SourceArn never holds for a call of EKS",
        ),
        (
            {"StringEquals": {"aws:PrincipalTag/team": "a", "aws:SourceAccount": _ACCOUNT}},
            _BOTH,
            "StringEquals aws:PrincipalTag/team never holds for a call of EKS",
        ),
        (
            {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "Not_A_Namespace"}},
            _BOTH,
            "StringEquals aws:RequestTag/kubernetes-namespace never holds for a call of EKS",
        ),
        (
            {
                "ArnEquals": {"aws:SourceArn": _CLUSTER},
                "StringEquals": {"aws:SourceAccount": "444455556666"},
            },
            _BOTH,
            "its conditions never hold together",
        ),
        ({}, ["sts:AssumeRole"], "EKS needs sts:AssumeRole and sts:TagSession, and not both"),
    ],
)
def test_the_reason_is_named(condition: dict[str, Any], actions: list[str], reason: str) -> None:
    """The condition that never holds, conditions that contradict, or the action that is missing."""
    (found,) = dead_statements(_policy(condition, actions), Setting(_ACCOUNT))

    assert found.startswith(f'statement "0" lets no pod in: {reason}')


def test_what_lets_somebody_in_is_not_dead() -> None:
    """A trust policy that works has no reason to be told."""
    works = _policy({"ArnEquals": {"aws:SourceArn": _CLUSTER}}, _BOTH)

    assert list(dead_statements(works, Setting(_ACCOUNT))) == []


def _policy(condition: dict[str, Any], actions: list[str]) -> Policy:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": actions,
        "Condition": condition,
    }
    return policy_of({"Version": "2012-10-17", "Statement": [statement]})
