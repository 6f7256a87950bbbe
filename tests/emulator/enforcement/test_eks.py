"""EKS asks IAM about its own actions, and about each role that it is handed."""

from typing import Any

import pytest
from harness.aws_account import AwsAccount, refusal
from harness.emulator import REGION
from harness.role_session import allow, session

_CLUSTER_ACTIONS = ("eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation")
_ADDON_ACTIONS = ("eks:CreateAddon", "eks:UpdateAddon")
_ASSOCIATION = {"clusterName": "demo", "namespace": "web", "serviceAccount": "api"}
_ADDON = {"clusterName": "demo", "addonName": "aws-ebs-csi-driver"}
_EBS = "ebs-csi-controller-sa"


def _pass(role: str, service: str = "pods.eks.amazonaws.com", **keys: str) -> dict[str, Any]:
    condition = {"StringEquals": {"iam:PassedToService": service, **keys}}
    return allow("iam:PassRole", resource=role, **condition)


def _not_passed(aws: AwsAccount, role: str) -> str:
    return (
        f"User: arn:aws:sts::{aws.id}:assumed-role/app/one is not authorized to perform: "
        f"iam:PassRole on resource: {role} because no identity-based policy allows the "
        "iam:PassRole action"
    )


def test_association_needs_the_right_to_pass_its_role(aws: AwsAccount) -> None:
    """CreatePodIdentityAssociation and its update ask for iam:PassRole, to EKS's pods."""
    aws.declare_cluster()
    role, other = aws.declare_role("pods"), aws.declare_role("other")
    eks = session(aws, allow(*_CLUSTER_ACTIONS), _pass(role)).client("eks")

    made = eks.create_pod_identity_association(roleArn=role, **_ASSOCIATION)["association"]
    named = {"clusterName": "demo", "associationId": made["associationId"]}
    found = refusal(eks.update_pod_identity_association, roleArn=other, **named)

    assert (found.code, found.status) == ("AccessDeniedException", 403)
    assert found.message == _not_passed(aws, other)
    assert eks.update_pod_identity_association(disableSessionTags=True, **named)


def test_role_is_passed_to_a_service_and_for_a_resource(aws: AwsAccount) -> None:
    """iam:PassedToService and iam:AssociatedResourceArn are pods.eks and the cluster."""
    aws.declare_cluster()
    role = aws.declare_role("pods")
    cluster = f"arn:aws:eks:{REGION}:{aws.id}:cluster/demo"
    to_eks = session(aws, allow(*_CLUSTER_ACTIONS), _pass(role, "eks.amazonaws.com"))

    found = refusal(
        to_eks.client("eks").create_pod_identity_association, roleArn=role, **_ASSOCIATION
    )
    aws.iam.delete_role_policy(RoleName="app", PolicyName="inline")
    aws.iam.delete_role(RoleName="app")
    for_cluster = session(
        aws,
        allow(*_CLUSTER_ACTIONS),
        _pass(role, **{"iam:AssociatedResourceArn": cluster}),
    )

    assert found.message == _not_passed(aws, role)
    assert for_cluster.client("eks").create_pod_identity_association(roleArn=role, **_ASSOCIATION)


@pytest.mark.parametrize("operation", ["create_addon", "update_addon"])
def test_addon_needs_the_right_to_pass_the_roles_of_its_list(
    aws: AwsAccount, operation: str
) -> None:
    """CreateAddon and UpdateAddon ask for iam:PassRole for each association."""
    aws.declare_cluster()
    role = aws.declare_role("pods")
    if operation == "update_addon":
        aws.eks.create_addon(**_ADDON)
    eks = session(aws, allow(*_ADDON_ACTIONS)).client("eks")
    entries = [{"serviceAccount": _EBS, "roleArn": role}]

    found = refusal(getattr(eks, operation), podIdentityAssociations=entries, **_ADDON)

    assert found.message == _not_passed(aws, role)
    assert getattr(eks, operation)(podIdentityAssociations=[], **_ADDON)


def test_addon_needs_the_right_to_pass_its_irsa_role(aws: AwsAccount) -> None:
    """A role for service accounts is handed to EKS, too."""
    aws.declare_cluster()
    role = aws.declare_role("irsa")
    eks = session(aws, allow(*_ADDON_ACTIONS)).client("eks")

    found = refusal(eks.create_addon, serviceAccountRoleArn=role, **_ADDON)

    assert found.message == _not_passed(aws, role)


def test_resources_have_their_own_arns(aws: AwsAccount) -> None:
    """Associations and add-ons are named by ARNs of their own, not by the cluster's."""
    aws.declare_cluster()
    role = aws.declare_role("pods")
    made = aws.eks.create_pod_identity_association(roleArn=role, **_ASSOCIATION)["association"]
    aws.eks.create_addon(**_ADDON)
    prefix = f"arn:aws:eks:{REGION}:{aws.id}"
    eks = session(
        aws,
        allow("eks:*", resource=f"{prefix}:podidentityassociation/demo/*"),
        allow("eks:DescribeAddon", resource=f"{prefix}:addon/demo/aws-ebs-csi-driver/*"),
    ).client("eks")
    named = {"clusterName": "demo", "associationId": made["associationId"]}

    assert eks.describe_pod_identity_association(**named)
    assert eks.describe_addon(**_ADDON)
    assert refusal(eks.list_addons, clusterName="demo").message.startswith(
        f"User: arn:aws:sts::{aws.id}:assumed-role/app/one is not authorized to perform: "
        f"eks:ListAddons on resource: {prefix}:cluster/demo"
    )


def test_tags_of_a_cluster_are_keys(aws: AwsAccount) -> None:
    """aws:ResourceTag is what the cluster has."""
    aws.declare_cluster()
    arn = aws.eks.describe_cluster(name="demo")["cluster"]["arn"]
    shop = {"StringEquals": {"aws:ResourceTag/team": "shop"}}
    eks = session(aws, allow("eks:DescribeCluster", **shop)).client("eks")

    found = refusal(eks.describe_cluster, name="demo")
    aws.eks.tag_resource(resourceArn=arn, tags={"team": "shop"})

    assert found.code == "AccessDeniedException"
    assert eks.describe_cluster(name="demo")
