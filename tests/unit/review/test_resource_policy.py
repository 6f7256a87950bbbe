"""What a role's permissions and a resource's policy say together, as IAM decides it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState, ManagedPolicy
from eks_pod_identity.observed.cluster import Association, ClusterState, Role
from eks_pod_identity.review.can import Call, can
from eks_pod_identity.review.render_can import WORDS, render_text
from eks_pod_identity.review.session import sessions_of

_FILE = Path(__file__).parents[2] / "cases" / "review" / "resource-policies.yaml"
_CASES: list[Mapping[str, Any]] = YAML(typ="safe").load(_FILE)
_CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
_ROLE = "arn:aws:iam::111122223333:role/api"
_BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


def _document(statements: list[Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _state(case: Mapping[str, Any]) -> AccountState:
    action = case.get("action", "s3:GetObject") if case["allows"] else "sns:Publish"
    allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
    own = _document([allow, *case.get("denies", ())])
    bound = case.get("boundary")
    role = Role(
        _ROLE,
        "api",
        _TRUST,
        inline_policies={"own": own},
        permissions_boundary_arn=_BOUNDARY if bound else None,
    )
    association = Association("a-1", "", ServiceAccountRef("shop", "api"), _ROLE)
    cluster = ClusterState("demo", _CLUSTER, "1.33", associations=(association,))
    policies = {_BOUNDARY: ManagedPolicy(_BOUNDARY, "boundary", _document(bound or []))}
    return AccountState((cluster,), {_ROLE: role}, policies=policies)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_both_sides_decide_as_iam_does(case: Mapping[str, Any]) -> None:
    """In one account either is enough, a key's policy has to allow, across accounts both have."""
    state = _state(case)
    call = Call(
        case.get("action", "s3:GetObject"),
        case.get("resource", "arn:aws:s3:::shop/x"),
        resource_policies=(_document(case["policy"]),) if "policy" in case else (),
        resource_account=case.get("account", ""),
    )

    found = can(next(sessions_of(state)), call, state)

    assert WORDS[found.decision] == case["decision"], list(render_text([found], call))
    assert found.deciding.decision is found.decision


def test_a_role_that_does_not_exist_denies() -> None:
    """EKS keeps an association whose role is gone; its pods get nothing, and that is known."""
    whole = _state({"allows": True})
    state = AccountState(whole.clusters, missing_roles=frozenset({_ROLE}))

    found = can(next(sessions_of(state)), Call("s3:GetObject", "*"), state)

    assert WORDS[found.decision] == "deny"
    assert "missing role api" in found.deciding.of
