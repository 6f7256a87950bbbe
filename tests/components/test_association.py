"""The resources of a PodIdentityAssociation."""

import json
from typing import cast

import pulumi
import pytest
from harness.graph import ACCOUNT, draw

from eks_pod_identity import PodIdentityAssociation, PodIdentityAssociationArgs, RefusedError

_ALLOW_PUBLISH = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
_ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/mine"


def _args(**more: object) -> PodIdentityAssociationArgs:
    args = {"cluster_name": "demo", "namespace": "backend", "service_account": "api", **more}
    return cast("PodIdentityAssociationArgs", args)


def test_role_is_made_from_permissions() -> None:
    """Permissions become one role, one resource per policy, and an association that uses it."""
    graph = draw(
        lambda: PodIdentityAssociation(
            "api",
            _args(
                permission_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
                permission_policy={"Version": "2012-10-17", "Statement": [_ALLOW_PUBLISH]},
            ),
        )
    )

    assert graph.one("iam/role:Role").inputs["name"].startswith("demo-backend-api-")
    assert [resource.name for resource in graph.of_type(":RolePolicyAttachment")] == [
        "api-AmazonS3ReadOnlyAccess"
    ]
    assert [resource.name for resource in graph.of_type(":RolePolicy")] == ["api-permissions"]
    association = graph.one("eks/podIdentityAssociation:PodIdentityAssociation")
    assert association.inputs["roleArn"].endswith(graph.one("iam/role:Role").inputs["name"])


def test_given_role_is_used_as_it_is() -> None:
    """With `role_arn` no IAM resource is made."""
    graph = draw(lambda: PodIdentityAssociation("api", _args(role_arn=_ROLE_ARN)))

    assert graph.of_type("iam/role:Role") == []
    assert (
        graph.one("eks/podIdentityAssociation:PodIdentityAssociation").inputs["roleArn"]
        == _ROLE_ARN
    )


def test_trust_names_the_one_service_account() -> None:
    """The role lets in this service account of this cluster and account, and no other."""
    graph = draw(lambda: PodIdentityAssociation("api", _args(well_known_policies=["externalDNS"])))

    trust = json.loads(graph.one("iam/role:Role").inputs["assumeRolePolicy"])
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["ArnEquals"] == {
        "aws:SourceArn": f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/demo"
    }
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": ACCOUNT,
        "aws:RequestTag/kubernetes-namespace": ["backend"],
        "aws:RequestTag/kubernetes-service-account": ["api"],
    }


def test_service_account_and_namespace_are_made_if_asked() -> None:
    """The account says whose it is; of the namespace nothing is said but its name."""
    graph = draw(
        lambda: PodIdentityAssociation(
            "api", _args(role_arn=_ROLE_ARN, create_service_account=True, create_namespace=True)
        )
    )

    account = graph.one(":ServiceAccount").inputs["metadata"]
    assert (account["namespace"], account["name"]) == ("backend", "api")
    assert account["labels"] == {"app.kubernetes.io/managed-by": "eks-pod-identity"}
    assert account["annotations"]["eks-pod-identity/cluster"] == "demo"
    assert graph.one(":NamespacePatch").inputs["metadata"] == {"name": "backend"}


@pytest.mark.parametrize(
    ("setting", "variable", "told"),
    [
        ("true", "", "kubernetes:upsertExistingObjects is true"),
        (None, "true", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS is true"),
    ],
)
def test_provider_that_takes_over_is_refused(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, variable: str, told: str
) -> None:
    """An account of others is neither changed nor deleted, however Kubernetes is configured."""
    monkeypatch.setenv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", variable)
    _set_upsert(setting)
    args = _args(role_arn=_ROLE_ARN, create_service_account=True)

    try:
        with pytest.raises(RefusedError) as refused:
            draw(lambda: PodIdentityAssociation("api", args))
        draw(lambda: PodIdentityAssociation("api", _args(role_arn=_ROLE_ARN)))
    finally:
        _set_upsert(None)

    (problem,) = refused.value.problems
    assert (problem.id, problem.address) == (
        "kubernetes-provider-upserts",
        "api.create_service_account",
    )
    assert problem.observed == (told,)


def test_setting_that_shuts_taking_over_out_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the provider itself, the stack's setting is stronger than the environment."""
    monkeypatch.setenv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true")
    _set_upsert("false")
    args = _args(role_arn=_ROLE_ARN, create_service_account=True)

    try:
        graph = draw(lambda: PodIdentityAssociation("api", args))
    finally:
        _set_upsert(None)

    assert graph.of_type(":ServiceAccount")


def _set_upsert(value: str | None) -> None:
    settings = {} if value is None else {"kubernetes:upsertExistingObjects": value}
    pulumi.runtime.set_all_config(settings)


def test_problems_are_told_in_python_names_and_nothing_is_made() -> None:
    """All faults of the arguments come in one report, in the arguments' own spelling."""
    with pytest.raises(RefusedError) as refused:
        draw(lambda: PodIdentityAssociation("api", _args(namespace="Back_End", role_arn="mine")))

    assert [problem.address for problem in refused.value.problems] == [
        "api.namespace",
        "api.role_arn",
    ]


def test_neither_role_nor_permissions_is_refused() -> None:
    """An association that would give nothing is a fault, not an empty role."""
    with pytest.raises(RefusedError) as refused:
        draw(lambda: PodIdentityAssociation("api", _args()))

    assert [problem.id for problem in refused.value.problems] == ["association-without-permissions"]


def test_outputs_are_left_to_aws() -> None:
    """An argument that is known later is no fault."""
    later = pulumi.Output.from_input(_ROLE_ARN)

    graph = draw(lambda: PodIdentityAssociation("api", _args(role_arn=later)))

    assert (
        graph.one("eks/podIdentityAssociation:PodIdentityAssociation").inputs["roleArn"]
        == _ROLE_ARN
    )
