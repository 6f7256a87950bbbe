"""What several components of one program claim: told at preview, with both addresses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated

_S3 = {"permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}
_ARN = {"role_arn": "arn:aws:iam::111122223333:role/mine"}


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    folder = tmp_path_factory.mktemp("aws")
    with empty_clusters(folder, "twice", "near", autoMode=True) as emulated:
        yield emulated


@pytest.fixture(name="stack", scope="module")
def _stack(aws: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Declared:
    return declared(tmp_path_factory.mktemp("program"), aws, "twice")


def _association(name: str, namespace: str, account: str, **args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return Component(
        "PodIdentityAssociation",
        name,
        {"namespace": namespace, "service_account": account, **args},
    )


def _cluster(name: str, cluster: str, body: str) -> Component:
    text = f"metadata: {{name: {cluster}, region: eu-west-1}}\n{body}"
    return Component("ClusterPodIdentities", name, {"config": text})


@pytest.mark.parametrize(
    ("first", "second", "report"),
    [
        pytest.param(
            _association("one", "dev", "api", **_ARN),
            _association("two", "dev", "api", **_ARN),
            'two: dev/api of cluster "twice" is claimed by one too',
            id="service-account",
        ),
        pytest.param(
            _association("one", "dev", "api", role_name="Reader", **_S3),
            Component(
                "PodIdentityRole",
                "two",
                {
                    "service_accounts": [{"namespace": "dev", "name": "web"}],
                    "role_name": "reader",
                    **_S3,
                },
            ),
            'two: a role named "reader" is made by one too',
            id="role-name",
        ),
        pytest.param(
            Component("PodIdentityAgent", "one", {}),
            _cluster("two", "twice", "addons: [{name: eks-pod-identity-agent}]"),
            'two-eks-pod-identity-agent: "eks-pod-identity-agent" of cluster "twice" is installed'
            " by one too",
            id="add-on",
        ),
        pytest.param(
            Component(
                "Addon",
                "one",
                {
                    "addon_name": "vpc-cni",
                    "pod_identity_associations": [{"service_account": "aws-node", **_ARN}],
                },
            ),
            _cluster(
                "two",
                "twice",
                "iam: {podIdentityAssociations: [{namespace: kube-system, serviceAccountName:"
                f" aws-node, roleARN: '{_ARN['role_arn']}'}}]}}",
            ),
            'two-kube-system/aws-node: kube-system/aws-node of cluster "twice" is claimed by one',
            id="account-of-an-add-on",
        ),
        pytest.param(
            _association("one", "dev", "api", **_S3),
            _association("two", "dev", "web", role_name="twice-dev-api-58da14e4", **_S3),
            'two: a role named "twice-dev-api-58da14e4" is made by one too',
            id="chosen-name-like-a-made-one",
        ),
    ],
)
def test_second_claimant_is_refused_at_preview(
    stack: Declared, first: Component, second: Component, report: str
) -> None:
    """AWS would refuse it half-way through the run; both are named."""
    stack.declare(first, second)
    stack.aws.writes()

    preview = stack.program.preview()

    assert preview.code != 0
    assert stack.aws.write_log() == ()
    assert report in preview.output


def test_names_that_read_the_same_are_kept_apart(aws: Emulated, tmp_path: Path) -> None:
    """A hyphen may stand on either side of the slash: each association has its own role."""
    stack = declared(tmp_path, aws, "near")
    accounts = [("a-b", "c"), ("a", "b-c"), ("a", "b.c")]
    entries = [
        f"{{namespace: {namespace}, serviceAccountName: {name}, permissionPolicyARNs:"
        f" {_S3['permission_policy_arns']}}}"
        for namespace, name in accounts
    ]
    body = f"iam: {{podIdentityAssociations: [{', '.join(entries)}]}}"

    stack.up(_cluster("cluster", "near", body), _association("more", "a-b-c", "d", **_S3))
    found = aws.associations("near")

    assert set(found) == {"a-b/c", "a/b-c", "a/b.c", "a-b-c/d"}
    assert len({each["roleArn"] for each in found.values()}) == len(found)
