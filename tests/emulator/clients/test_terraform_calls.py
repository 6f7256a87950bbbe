"""The calls that Terraform's AWS provider makes, in its order, and what it reads from the answers.

From the source of the provider, https://github.com/hashicorp/terraform-provider-aws of 2026,
under internal/service; its binary is too large to come along with a test. What it compares after
an apply has to stay the same from one read to the next, or every plan shows a change.
"""

import json
from typing import Any

from harness.aws_account import POD_IDENTITY_TRUST, READ_POLICY, AwsAccount, Refusal, refusal
from harness.waiters import wait_until

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]
_LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
_EBS = {"clusterName": "demo", "addonName": "aws-ebs-csi-driver"}
_EBS_ACCOUNT = "ebs-csi-controller-sa"


def test_role_with_policies(aws: AwsAccount) -> None:
    """aws_iam_role, aws_iam_role_policy and aws_iam_role_policy_attachment."""
    iam, name = aws.iam, {"RoleName": "app"}
    inline = {**name, "PolicyName": "read"}
    iam.create_role(
        **name,
        AssumeRolePolicyDocument=POD_IDENTITY_TRUST,
        Path="/",
        MaxSessionDuration=3600,
        Tags=[{"Key": "team", "Value": "shop"}],
    )
    iam.put_role_policy(**inline, PolicyDocument=READ_POLICY)
    iam.attach_role_policy(**name, PolicyArn=_S3)

    role = iam.get_role(**name)["Role"]
    attached = iam.list_attached_role_policies(**name)
    assert role["Arn"] == f"arn:aws:iam::{aws.id}:role/app"
    assert role["AssumeRolePolicyDocument"] == json.loads(POD_IDENTITY_TRUST)
    assert role["Tags"] == [{"Key": "team", "Value": "shop"}]
    assert role["MaxSessionDuration"] == 3600
    assert iam.list_role_policies(**name)["PolicyNames"] == ["read"]
    assert iam.get_role_policy(**inline)["PolicyDocument"] == json.loads(READ_POLICY)
    assert [policy["PolicyArn"] for policy in attached["AttachedPolicies"]] == [_S3]
    assert iam.get_role(**name)["Role"] == role

    assert iam.list_instance_profiles_for_role(**name)["InstanceProfiles"] == []
    assert refusal(iam.delete_role, **name).code == "DeleteConflict"
    iam.detach_role_policy(**name, PolicyArn=_S3)
    iam.delete_role_policy(**inline)
    iam.delete_role(**name)
    assert refusal(iam.get_role, **name).code == "NoSuchEntity"


def test_each_change_of_a_role_leaves_the_rest_alone(aws: AwsAccount) -> None:
    """An update is one call for each argument that differs."""
    iam, name = aws.iam, {"RoleName": "app"}
    aws.declare_role("app")
    trust = POD_IDENTITY_TRUST.replace("Allow", "Deny")
    iam.update_assume_role_policy(**name, PolicyDocument=trust)
    iam.update_role_description(**name, Description="of the shop")
    iam.update_role(**name, MaxSessionDuration=7200)
    iam.put_role_permissions_boundary(**name, PermissionsBoundary=_S3)
    iam.tag_role(**name, Tags=[{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "dev"}])
    iam.untag_role(**name, TagKeys=["stage"])

    role = iam.get_role(**name)["Role"]

    assert role["AssumeRolePolicyDocument"] == json.loads(trust)
    assert role["Description"] == "of the shop"
    assert role["MaxSessionDuration"] == 7200
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == _S3
    assert role["Tags"] == [{"Key": "team", "Value": "shop"}]
    iam.delete_role_permissions_boundary(**name)
    assert "PermissionsBoundary" not in iam.get_role(**name)["Role"]


def test_managed_policy(aws: AwsAccount) -> None:
    """aws_iam_policy: a change is a version that becomes the default by a call of its own."""
    iam, other = aws.iam, READ_POLICY.replace("GetObject", "ListBucket")
    made = iam.create_policy(
        PolicyName="read", Path="/", Description="", PolicyDocument=READ_POLICY
    )["Policy"]
    arn = {"PolicyArn": made["Arn"]}
    version = iam.create_policy_version(**arn, PolicyDocument=other, SetAsDefault=False)
    new = version["PolicyVersion"]["VersionId"]
    iam.set_default_policy_version(**arn, VersionId=new)

    policy = iam.get_policy(**arn)["Policy"]
    document = iam.get_policy_version(**arn, VersionId=policy["DefaultVersionId"])

    assert document["PolicyVersion"]["Document"] == json.loads(other)
    for entry in iam.list_policy_versions(**arn)["Versions"]:
        if not entry["IsDefaultVersion"]:
            iam.delete_policy_version(**arn, VersionId=entry["VersionId"])
    iam.delete_policy(**arn)
    assert refusal(iam.get_policy, **arn).code == "NoSuchEntity"
    assert refusal(iam.list_policy_versions, **arn).code == "NoSuchEntity"


def test_cluster(aws: AwsAccount) -> None:
    """aws_eks_cluster: created, waited for, updated one kind of thing at a time, deleted."""
    role = aws.declare_role("cluster", POD_IDENTITY_TRUST.replace("pods.eks", "eks"))
    aws.iam.attach_role_policy(
        RoleName="cluster", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    )
    aws.eks.create_cluster(
        name="demo",
        version="1.33",
        roleArn=role,
        bootstrapSelfManagedAddons=True,
        resourcesVpcConfig={
            "subnetIds": _SUBNETS,
            "endpointPrivateAccess": False,
            "endpointPublicAccess": True,
        },
        accessConfig={
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": True,
        },
        logging={
            "clusterLogging": [
                {"enabled": True, "types": []},
                {"enabled": False, "types": _LOG_TYPES},
            ]
        },
        tags={"team": "shop"},
    )
    wait_until(aws.eks, "cluster_active", name="demo")
    update = aws.eks.update_cluster_config(
        name="demo",
        logging={
            "clusterLogging": [
                {"enabled": True, "types": ["api"]},
                {"enabled": False, "types": _LOG_TYPES[1:]},
            ]
        },
    )["update"]
    wait_until(aws.eks, "cluster_active", name="demo")

    cluster = aws.eks.describe_cluster(name="demo")["cluster"]
    done = aws.eks.describe_update(name="demo", updateId=update["id"])["update"]
    assert done["status"] == "Successful"
    assert cluster["logging"]["clusterLogging"][0] == {"types": ["api"], "enabled": True}
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    assert cluster["resourcesVpcConfig"]["subnetIds"] == _SUBNETS
    assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster["tags"] == {"team": "shop"}
    assert cluster["certificateAuthority"]["data"]

    aws.eks.delete_cluster(name="demo")
    wait_until(aws.eks, "cluster_deleted", name="demo")
    assert refusal(aws.eks.describe_cluster, name="demo").status == 404


def _read_addon(aws: AwsAccount) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    addon = aws.eks.describe_addon(**_EBS)["addon"]
    owned = []
    for arn in addon.get("podIdentityAssociations", ()):
        _, cluster, association = arn.split("/")
        answer = aws.eks.describe_pod_identity_association(
            clusterName=cluster, associationId=association
        )
        found = answer["association"]
        owned.append({name: found[name] for name in ("serviceAccount", "roleArn")})
    return addon, owned


def test_addon(cluster: AwsAccount) -> None:
    """aws_eks_addon: its associations are read one by one, by the last part of their ARNs."""
    entries = [{"serviceAccount": _EBS_ACCOUNT, "roleArn": f"arn:aws:iam::{cluster.id}:role/app"}]
    cluster.eks.create_addon(
        **_EBS,
        clientRequestToken="terraform-1",
        podIdentityAssociations=entries,
        configurationValues='{"controller": {"replicaCount": 2}}',
        tags={"team": "shop"},
    )
    wait_until(cluster.eks, "addon_active", **_EBS)
    addon, owned = _read_addon(cluster)
    assert owned == entries
    assert addon["configurationValues"] == '{"controller": {"replicaCount": 2}}'
    assert addon["tags"] == {"team": "shop"}
    assert _read_addon(cluster) == (addon, owned)

    update = cluster.eks.update_addon(
        **_EBS, clientRequestToken="terraform-2", podIdentityAssociations=[]
    )["update"]
    wait_until(cluster.eks, "addon_active", **_EBS)
    done = cluster.eks.describe_update(
        name="demo", addonName=_EBS["addonName"], updateId=update["id"]
    )
    assert done["update"]["status"] == "Successful"
    assert _read_addon(cluster)[1] == []

    cluster.eks.tag_resource(resourceArn=addon["addonArn"], tags={"stage": "dev"})
    assert _read_addon(cluster)[0]["tags"] == {"team": "shop", "stage": "dev"}
    cluster.eks.delete_addon(**_EBS, preserve=False)
    wait_until(cluster.eks, "addon_deleted", **_EBS)
    assert refusal(cluster.eks.delete_addon, **_EBS).code == "ResourceNotFoundException"


def test_association(cluster: AwsAccount) -> None:
    """aws_eks_pod_identity_association: imported by cluster and id, updated as a whole."""
    role = f"arn:aws:iam::{cluster.id}:role/app"
    made = cluster.eks.create_pod_identity_association(
        clusterName="demo",
        namespace="web",
        serviceAccount="api",
        roleArn=role,
        disableSessionTags=False,
        clientRequestToken="terraform-1",
        tags={"team": "shop"},
    )["association"]
    names = {"clusterName": "demo", "associationId": made["associationId"]}
    other = cluster.declare_role("other")
    cluster.eks.update_pod_identity_association(
        **names, roleArn=other, disableSessionTags=True, clientRequestToken="terraform-2"
    )
    cluster.eks.tag_resource(resourceArn=made["associationArn"], tags={"stage": "dev"})
    cluster.eks.untag_resource(resourceArn=made["associationArn"], tagKeys=["team"])

    read = cluster.eks.describe_pod_identity_association(**names)["association"]

    assert (read["roleArn"], read["disableSessionTags"]) == (other, True)
    assert read["tags"] == {"stage": "dev"}
    cluster.eks.delete_pod_identity_association(**names)
    gone = refusal(cluster.eks.describe_pod_identity_association, **names)
    assert (gone.code, gone.status) == ("ResourceNotFoundException", 404)


def test_repeated_creation_with_one_token_is_one_association(cluster: AwsAccount) -> None:
    """A retry after a lost answer gets the same association, not a conflict."""
    request = {
        "clusterName": "demo",
        "namespace": "web",
        "serviceAccount": "api",
        "roleArn": f"arn:aws:iam::{cluster.id}:role/app",
        "clientRequestToken": "terraform-1",
    }
    first = cluster.eks.create_pod_identity_association(**request)["association"]

    assert cluster.eks.create_pod_identity_association(**request)["association"] == first


def test_data_sources(cluster: AwsAccount) -> None:
    """Versions of add-ons and clusters, lists of clusters, policies by name, the caller."""
    eks = cluster.eks
    offered = eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.33")["addons"]
    versions = offered[0]["addonVersions"]
    default = [
        version["addonVersion"]
        for version in versions
        if version["compatibilities"][0]["defaultVersion"]
    ]
    supported = eks.describe_cluster_versions(clusterType="", defaultOnly=False)["clusterVersions"]
    paginator = cluster.iam.get_paginator("list_policies")
    policies = paginator.paginate().build_full_result()["Policies"]
    identity = cluster.client("sts").get_caller_identity()

    assert len(default) == 1
    assert "1.33" in {version["clusterVersion"] for version in supported}
    assert eks.list_clusters()["clusters"] == ["demo"]
    assert _S3 in {policy["Arn"] for policy in policies}
    assert identity["Account"] == cluster.id
    assert identity["Arn"] == f"arn:aws:iam::{cluster.id}:root"


def test_missing_versions_are_told_apart(aws: AwsAccount) -> None:
    """No such policy version is not found; the provider takes the policy for gone then."""
    found = refusal(aws.iam.get_policy_version, PolicyArn=_S3, VersionId="v999")

    assert found == Refusal(
        "NoSuchEntity", f"Policy {_S3} version v999 does not exist or is not attachable.", 404
    )
