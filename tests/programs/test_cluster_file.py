"""What only looks like a change of a ClusterConfig, and outputs, on the real engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters

_FILE = """\
metadata: {name: demo, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
  - name: vpc-cni
    version: latest
    useDefaultPodIdentityAssociations: true
iam:
  podIdentityAssociations:
    - namespace: dev
      serviceAccountName: api
      permissionPolicyARNs:
        - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
        - arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
    - namespace: dev
      serviceAccountName: reports
      roleARN: arn:aws:iam::111122223333:role/mine
      targetRoleARN: arn:aws:iam::444455556666:role/archive
"""
_SAME_IN_OTHER_WORDS = """\
# Another comment.
iam:
  podIdentityAssociations:
    - {serviceAccountName: reports, namespace: dev,
       targetRoleARN: 'arn:aws:iam::444455556666:role/archive',
       roleARN: 'arn:aws:iam::111122223333:role/mine'}
    - serviceAccountName: api
      namespace: dev
      permissionPolicyARNs:
        - arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
        - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
addons:
  - name: vpc-cni   # before the agent
    useDefaultPodIdentityAssociations: true
    version: latest
  - name: eks-pod-identity-agent
metadata: {region: eu-west-1, name: demo}
"""


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Iterator[Declared]:
    with empty_clusters(tmp_path, "demo") as aws:
        yield declared(tmp_path / "program", aws, "demo")


def _cluster(text: str) -> Component:
    return Component("ClusterPodIdentities", "cluster", {"config": text})


def test_order_and_comments_mean_nothing_and_outputs_are_those_of_aws(stack: Declared) -> None:
    """The same file in other words is the same; outputs say what EKS and IAM say."""
    stack.up(_cluster(_FILE))

    rewritten = stack.up_as_previewed(_cluster(_SAME_IN_OTHER_WORDS))

    assert rewritten == ()
    outputs = stack.outputs()
    found = stack.aws.associations("demo")
    assert outputs["cluster.associations"] == {
        ref: _summary(found[ref]) for ref in ("dev/api", "dev/reports")
    }
    assert found["dev/reports"]["externalId"]
    eks = stack.aws.client("eks")
    cni = eks.describe_addon(clusterName="demo", addonName="vpc-cni")["addon"]
    assert outputs["cluster.addons"] == {
        "vpc-cni": {
            "addon_arn": cni["addonArn"],
            "addon_version": cni["addonVersion"],
            "role_arns": {"aws-node": found["kube-system/aws-node"]["roleArn"]},
        }
    }


def _summary(association: dict[str, Any]) -> dict[str, Any]:
    return {
        "association_id": association["associationId"],
        "association_arn": association["associationArn"],
        "role_arn": association["roleArn"],
        "external_id": association.get("externalId"),
    }
