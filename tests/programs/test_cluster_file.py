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


_OF_THE_ADDON = """\
metadata: {name: demo, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
  - name: vpc-cni
    podIdentityAssociations:
      - serviceAccountName: aws-node
        permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]
iam: {podIdentityAssociations: []}
"""
_STANDALONE = """\
metadata: {name: demo, region: eu-west-1}
addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, podIdentityAssociations: []}]
iam:
  podIdentityAssociations:
    - namespace: kube-system
      serviceAccountName: aws-node
      roleARN: arn:aws:iam::111122223333:role/mine
"""
_NEITHER = """\
metadata: {name: demo, region: eu-west-1}
addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, podIdentityAssociations: []}]
iam: {podIdentityAssociations: []}
"""


def test_association_changes_hands_in_two_runs(stack: Declared) -> None:
    """In one run it is refused before any change, whichever way it goes; in two it is done."""
    stack.up(_cluster(_STANDALONE))

    to_addon = stack.refused(_cluster(_OF_THE_ADDON))
    stack.up(_cluster(_NEITHER))
    stack.up(_cluster(_OF_THE_ADDON))
    owner = stack.association("kube-system/aws-node")["ownerArn"]
    to_standalone = stack.refused(_cluster(_STANDALONE))

    assert "[service-account-already-associated]" in to_addon
    assert "/vpc-cni/" in owner
    assert "[association-owned-by-addon]" in to_standalone


def _named_role(account: str, role: str) -> str:
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    return (
        f"{{namespace: dev, serviceAccountName: {account}, roleName: {role},"
        f' permissionPolicyARNs: ["{policy}"]}}'
    )


def _file_of(*entries: str) -> str:
    listed = ", ".join(entries)
    return (
        "metadata: {name: demo, region: eu-west-1}\naddons: [{name: eks-pod-identity-agent}]\n"
        f"iam: {{podIdentityAssociations: [{listed}]}}\n"
    )


def test_role_of_a_chosen_name_stays_with_its_name(stack: Declared) -> None:
    """A renamed service account keeps its role, and exchanged names are no new roles."""
    stack.up(_cluster(_file_of(_named_role("old", "one"))))

    renamed = stack.up_as_previewed(_cluster(_file_of(_named_role("new", "one"))))
    stack.up(_cluster(_file_of(_named_role("new", "one"), _named_role("other", "two"))))
    exchanged = stack.up_as_previewed(
        _cluster(_file_of(_named_role("new", "two"), _named_role("other", "one")))
    )

    assert renamed == (
        "UpdateAssumeRolePolicy",
        "TagRole",
        "CreatePodIdentityAssociation",
        "DeletePodIdentityAssociation",
    )
    assert not {"CreateRole", "DeleteRole"} & set(exchanged)
    assert stack.association("dev/new")["roleArn"].endswith("role/two")
    assert stack.association("dev/other")["roleArn"].endswith("role/one")


def _summary(association: dict[str, Any]) -> dict[str, Any]:
    return {
        "association_id": association["associationId"],
        "association_arn": association["associationArn"],
        "role_arn": association["roleArn"],
        "external_id": association.get("externalId"),
    }


def test_agent_is_asked_for_unless_it_comes_from_elsewhere(stack: Declared) -> None:
    """A cluster without the add-on is refused before any write, but with `agent: external`."""
    file = """\
metadata: {name: demo, region: eu-west-1}
iam:
  podIdentityAssociations:
    - {namespace: dev, serviceAccountName: api, roleARN: "arn:aws:iam::111122223333:role/mine"}
"""

    refused = stack.refused(_cluster(file))

    assert "[agent-not-installed]" in refused
    assert "agent: external" in refused
    stack.up(_cluster(f"{file}---\nx-eks-pod-identity: {{agent: external}}\n"))
    assert set(stack.aws.associations("demo")) == {"dev/api"}


def test_policies_that_do_not_exist_are_refused_together(stack: Declared) -> None:
    """Each is reported with the nearest name before any write, as a plan reports it."""
    file = """\
metadata: {name: demo, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
  - name: aws-ebs-csi-driver
    podIdentityAssociations:
      - serviceAccountName: ebs-csi-controller-sa
        permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy"]
iam:
  podIdentityAssociations:
    - namespace: dev
      serviceAccountName: api
      permissionPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces"]
      permissionsBoundaryARN: arn:aws:iam::111122223333:policy/nowhere
"""

    report = stack.refused(_cluster(file)).partition("Diagnostics:")[2]

    assert report.count("[policy-not-found]") == 2
    assert "[boundary-not-found]" in report
    assert "help: write arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" in report
    assert "help: write arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" in report
