"""Every refusal that users have reported, by code, text and status, as boto3 gets it.

Each case cites where the text was seen; the pods' own calls (AssumeRoleForPodIdentity and what
follows) are not emulated yet.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount, Refusal, refusal
from harness.emulator import RunningEmulator
from harness.waiters import wait_until

_LAMBDA_TRUST = POD_IDENTITY_TRUST.replace("pods.eks", "lambda")
_EBS = {"clusterName": "demo", "addonName": "aws-ebs-csi-driver"}
_EBS_ACCOUNT = "ebs-csi-controller-sa"
_FOREIGN_ROLE = "arn:aws:iam::444455556666:role/app"


@pytest.fixture
def association(cluster: AwsAccount) -> dict[str, str]:
    """Cluster and id of an association that is there."""
    made = cluster.eks.create_pod_identity_association(**_of_api(_role(cluster, "app")))
    return {"clusterName": "demo", "associationId": made["association"]["associationId"]}


def _of_api(role: str) -> dict[str, str]:
    return {"clusterName": "demo", "namespace": "web", "serviceAccount": "api", "roleArn": role}


def _role(aws: AwsAccount, name: str) -> str:
    return f"arn:aws:iam::{aws.id}:role/{name}"


def _entry(account: str, role: str) -> list[dict[str, str]]:
    return [{"serviceAccount": account, "roleArn": role}]


def test_taken_service_account(cluster: AwsAccount, association: Mapping[str, str]) -> None:
    """https://github.com/eksctl-io/eksctl/issues/7753."""
    found = refusal(cluster.eks.create_pod_identity_association, **_of_api(_role(cluster, "app")))

    message = f"Association already exists: {association['associationId']}"
    assert found == Refusal("ResourceInUseException", message, 409)


def test_taken_service_account_of_an_addon(cluster: AwsAccount) -> None:
    """CreateAddon says the same; eksctl tells its users to delete the association."""
    made = cluster.eks.create_pod_identity_association(
        **_of_api(_role(cluster, "app"))
        | {"namespace": "kube-system", "serviceAccount": _EBS_ACCOUNT}
    )["association"]
    entries = _entry(_EBS_ACCOUNT, _role(cluster, "app"))

    found = refusal(cluster.eks.create_addon, **_EBS, podIdentityAssociations=entries)

    message = f"Association already exists: {made['associationId']}"
    assert found == Refusal("ResourceInUseException", message, 409)


def test_missing_role(cluster: AwsAccount, association: Mapping[str, str]) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/pull/34717: at creation and at update."""
    eks, role = cluster.eks, _role(cluster, "nobody")
    entries = _entry(_EBS_ACCOUNT, role)
    other = _of_api(role) | {"serviceAccount": "other"}

    expected = Refusal(
        "InvalidParameterException", "Role provided in the request does not exist.", 400
    )
    assert refusal(eks.create_pod_identity_association, **other) == expected
    assert refusal(eks.update_pod_identity_association, **association, roleArn=role) == expected
    assert refusal(eks.create_addon, **_EBS, podIdentityAssociations=entries) == expected


@pytest.mark.parametrize(
    "trust",
    [
        _LAMBDA_TRUST,
        POD_IDENTITY_TRUST.replace('"sts:TagSession"', '"sts:SetSourceIdentity"'),
        POD_IDENTITY_TRUST.replace("Allow", "Deny"),
    ],
    ids=["another service", "no TagSession", "denied"],
)
def test_role_that_does_not_trust_pods(cluster: AwsAccount, trust: str) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/issues/41483."""
    role = cluster.declare_role("closed", trust)

    found = refusal(cluster.eks.create_pod_identity_association, **_of_api(role))

    assert found.message.startswith("Trust policy of the role provided is invalid.")
    assert (found.code, found.status) == ("InvalidParameterException", 400)


@pytest.mark.parametrize("role", ["", _FOREIGN_ROLE], ids=["empty", "foreign"])
def test_role_of_another_account(
    cluster: AwsAccount, association: Mapping[str, str], role: str
) -> None:
    """https://github.com/eksctl-io/eksctl/issues/8718."""
    found = refusal(cluster.eks.update_pod_identity_association, **association, roleArn=role)

    assert found.message == "Cross-account pass role is not allowed."


@pytest.mark.parametrize(
    "operation", ["describe_pod_identity_association", "delete_pod_identity_association"]
)
def test_id_of_the_wrong_length(cluster: AwsAccount, operation: str) -> None:
    """https://github.com/aws-samples/eks-workshop-v2/issues/882."""
    found = refusal(getattr(cluster.eks, operation), clusterName="demo", associationId="None")

    message = "The parameter associationId should be 19 characters long."
    assert found == Refusal("InvalidParameterException", message, 400)


@pytest.mark.parametrize("operation", ["create_addon", "update_addon"])
def test_addon_without_pod_identity(cluster: AwsAccount, operation: str) -> None:
    """https://github.com/aws/containers-roadmap/issues/2712."""
    names = {"clusterName": "demo", "addonName": "coredns"}
    if operation == "update_addon":
        cluster.eks.create_addon(**names)
        wait_until(cluster.eks, "addon_active", **names)
    entries = _entry("coredns", _role(cluster, "app"))

    found = refusal(getattr(cluster.eks, operation), **names, podIdentityAssociations=entries)

    assert found.message.startswith("Pod Identity feature is not supported for addon version: v1.")
    assert (found.code, found.status) == ("InvalidParameterException", 400)


def test_service_account_that_the_addon_does_not_have(cluster: AwsAccount) -> None:
    """https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3520."""
    entries = _entry("mine", _role(cluster, "app"))

    found = refusal(cluster.eks.create_addon, **_EBS, podIdentityAssociations=entries)

    message = (
        "Service account mine in pod identity configuration is not supported for addon "
        "aws-ebs-csi-driver"
    )
    assert found == Refusal("InvalidParameterException", message, 400)


def test_trust_policy_with_a_resource(aws: AwsAccount) -> None:
    """https://github.com/terraform-aws-modules/terraform-aws-eks-pod-identity/issues/34."""
    document = json.loads(POD_IDENTITY_TRUST)
    document["Statement"][0]["Resource"] = "*"

    found = refusal(
        aws.iam.create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(document)
    )

    assert found == Refusal("MalformedPolicyDocument", "Has prohibited field Resource", 400)


def test_session_policy_with_session_tags(
    cluster: AwsAccount, association: Mapping[str, str]
) -> None:
    """A session policy needs session tags off, as botocore's documentation of the member says."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})

    found = refusal(cluster.eks.update_pod_identity_association, **association, policy=policy)

    assert (found.code, found.status) == ("InvalidParameterException", 400)
    assert "disableSessionTags" in found.message


def test_update_of_nothing(cluster: AwsAccount, association: Mapping[str, str]) -> None:
    """UpdatePodIdentityAssociation must change at least one member."""
    found = refusal(cluster.eks.update_pod_identity_association, **association)

    assert (found.code, found.status) == ("InvalidParameterException", 400)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("create_pod_identity_association", _of_api("arn:aws:iam::111122223333:role/app")),
        ("list_pod_identity_associations", {"clusterName": "demo"}),
        ("create_addon", _EBS),
        ("update_addon", _EBS),
        ("delete_addon", _EBS),
        ("describe_addon", _EBS),
        ("list_addons", {"clusterName": "demo"}),
        ("describe_cluster", {"name": "demo"}),
        ("delete_cluster", {"name": "demo"}),
    ],
)
def test_missing_cluster(aws: AwsAccount, operation: str, parameters: dict[str, Any]) -> None:
    """https://github.com/upbound/configuration-aws-eks/pull/9: the same words everywhere."""
    found = refusal(getattr(aws.eks, operation), **parameters)

    message = "No cluster found for name: demo."
    assert found == Refusal("ResourceNotFoundException", message, 404)


@pytest.mark.parametrize("operation", ["describe_addon", "update_addon", "delete_addon"])
def test_missing_addon(cluster: AwsAccount, operation: str) -> None:
    """Terraform takes a 404 for gone."""
    found = refusal(getattr(cluster.eks, operation), **_EBS)

    message = "No addon: aws-ebs-csi-driver found in cluster: demo"
    assert found == Refusal("ResourceNotFoundException", message, 404)


def test_full_cluster() -> None:
    """The limit of a cluster, 5,000 unless told otherwise, is ResourceLimitExceededException."""
    flags = ("--association-limit", "1", "--cluster-transition-seconds", "0")
    with RunningEmulator(None, *flags) as emulator:
        aws = AwsAccount(emulator)
        aws.declare_cluster()
        request = _of_api(aws.declare_role("app"))
        aws.eks.create_pod_identity_association(**request)

        found = refusal(
            aws.eks.create_pod_identity_association, **request | {"serviceAccount": "second"}
        )

    assert (found.code, found.status) == ("ResourceLimitExceededException", 400)
