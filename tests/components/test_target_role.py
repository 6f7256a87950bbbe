"""The two halves of a target role, and what is refused before either is made."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pulumi_aws as aws
import pytest
from harness.graph import ACCOUNT, Graph, draw

from eks_pod_identity import PodIdentityRole, RefusedError, TargetRole, TargetRoleArgs
from eks_pod_identity.components.guards.target_role import external_id_problems

_SOURCE = f"arn:aws:iam::{ACCOUNT}:role/orders"
_ENTRY: Mapping[str, Any] = {
    "cluster_arn": f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/shop",
    "namespace": "orders",
    "service_account": "api",
    "source_role_arn": _SOURCE,
}
_READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def _args(*entries: Mapping[str, Any], **more: object) -> TargetRoleArgs:
    args = {
        "account": ACCOUNT,
        "role_name": "ledger",
        "associations": list(entries or [_ENTRY]),
        "permission_policy": _READ,
        **more,
    }
    return cast("TargetRoleArgs", args)


def _draw(**more: object) -> Graph:
    def program() -> None:
        provider = aws.Provider("shop")
        TargetRole("ledger", _args(source_provider=provider, **more))

    return draw(program)


def _refused(args: TargetRoleArgs) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as refused:
        draw(lambda: TargetRole("ledger", args))
    return [(problem.id, problem.address) for problem in refused.value.problems]


def test_both_halves_are_made() -> None:
    """The role with its trust and permissions, and on the source role the right to assume it."""
    graph = _draw(path="/ledger/", description="Reads the ledger")

    role = graph.one("iam/role:Role").inputs
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert (role["name"], role["path"]) == ("ledger", "/ledger/")
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Condition"]["ArnEquals"] == {"aws:PrincipalArn": _SOURCE}
    permissions, grant = graph.of_type("iam/rolePolicy:RolePolicy")
    assert (grant.inputs["role"], permissions.inputs["role"]) == ("orders", "ledger")
    (granted,) = json.loads(grant.inputs["policy"])["Statement"]
    assert granted["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/ledger/ledger"]
    assert granted["Action"] == statement["Action"]


def test_statements_of_others_stand_beside_ours() -> None:
    """`trusted_by` is part of the trust policy, after the associations."""
    more = {
        "Sid": "Auditors",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/audit"},
        "Action": "sts:AssumeRole",
    }

    trust = json.loads(_draw(trusted_by=[more]).one("iam/role:Role").inputs["assumeRolePolicy"])

    assert [each["Sid"] for each in trust["Statement"]] == ["AllowSourceRole", "Auditors"]


def test_without_session_tags_the_external_id_is_asked_for() -> None:
    """Exactly the one of the association, and TagSession is neither trusted nor granted."""
    graph = draw(lambda: TargetRole("ledger", _args({**_ENTRY, "disable_session_tags": True})))

    (statement,) = json.loads(graph.one("iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Condition"]["StringEquals"] == {
        "sts:ExternalId": f"eu-west-1/{ACCOUNT}/shop/orders/api"
    }
    assert len(graph.of_type("iam/rolePolicy:RolePolicy")) == 1  # no provider, no grant


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (_args(account="ledger"), ("target-account-malformed", "ledger.account")),
        (_args(account="444455556666"), ("target-provider-of-another-account", "ledger")),
        (_args(associations=[]), ("target-without-association", "ledger.associations")),
        (
            _args({**_ENTRY, "cluster_arn": "shop"}),
            ("target-cluster-arn-malformed", "ledger.associations[0].cluster_arn"),
        ),
        (
            _args({**_ENTRY, "source_role_arn": "arn:aws:iam::444455556666:role/orders"}),
            ("target-source-of-another-account", "ledger.associations[0].source_role_arn"),
        ),
        (
            _args({**_ENTRY, "source_role_arn": "orders"}),
            ("role-arn-malformed", "ledger.associations[0].source_role_arn"),
        ),
        (_args(_ENTRY, _ENTRY), ("association-duplicate", "ledger.associations[1]")),
        (_args(path="ledger"), ("role-path-malformed", "ledger.path")),
        (_args(role_name="a b"), ("role-name-malformed", "ledger.role_name")),
        (_args(source_provider="shop"), ("wrong-type", "ledger.source_provider")),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_what_cannot_work_is_refused(args: TargetRoleArgs, problem: tuple[str, str]) -> None:
    """Each with its own id, at the argument."""
    assert problem in _refused(args)


def test_an_external_id_that_differs_is_refused() -> None:
    """The one that EKS gave, from another stack, is held against the one of the trust."""
    given = f"eu-west-1/{ACCOUNT}/shop/orders/worker"

    assert _refused(_args({**_ENTRY, "external_id": given})) == [
        ("external-id-differs", "ledger.associations[0].external_id")
    ]


def test_external_id_of_another_form_is_told() -> None:
    """If EKS ever gives another one, a run says so instead of leaving a trust that shuts out."""
    (problem,) = external_id_problems("api", "a-1b2c", "eu-west-1/1/shop/orders/api")

    assert problem.id == "external-id-differs"
    assert not list(external_id_problems("api", "same", "same"))


def test_a_role_for_several_clusters_lets_in_exactly_these() -> None:
    """One trust names them all, whether they exist or not, and nothing else of the account."""
    graph = draw(
        lambda: PodIdentityRole(
            "orders",
            {
                "cluster_names": ["green", "blue"],
                "service_accounts": [{"namespace": "orders", "name": "api"}],
                "role_name": "orders",
                "max_session_duration": 7_200,
                "force_detach_policies": True,
            },
        )
    )

    role = graph.one("iam/role:Role").inputs
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/blue",
        f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/green",
    ]
    assert (role["maxSessionDuration"], role["forceDetachPolicies"]) == (7_200, True)


def test_a_role_names_one_cluster_or_several() -> None:
    """Not both, not none; and several give no name to make the role's of."""
    accounts = [{"namespace": "orders", "name": "api"}]
    for args, ids in [
        ({}, {"role-clusters-unclear"}),
        ({"cluster_name": "a", "cluster_names": ["b"]}, {"role-clusters-unclear"}),
        ({"cluster_names": ["a", "b"]}, {"role-name-missing"}),
        (
            {
                "cluster_names": ["a", "b"],
                "role_name": "karpenter",
                "well_known_policies": ["karpenter"],
            },
            {"well-known-policy-of-one-cluster"},
        ),
    ]:
        with pytest.raises(RefusedError) as refused:
            draw(lambda args=args: PodIdentityRole("r", {**args, "service_accounts": accounts}))
        assert {problem.id for problem in refused.value.problems} == ids
