"""Add-ons with pod identity associations by boto3: create, overwrite, clear, preserve, cascade."""

import json
from typing import Any

from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount, Refusal, refusal
from harness.waiters import wait_until

_EBS = "aws-ebs-csi-driver"
_EBS_ACCOUNT = "ebs-csi-controller-sa"
_NAMES = {"clusterName": "demo", "addonName": _EBS}


def _role(aws: AwsAccount, name: str = "app") -> str:
    return f"arn:aws:iam::{aws.id}:role/{name}"


def _entry(aws: AwsAccount, name: str = "app") -> dict[str, str]:
    return {"serviceAccount": _EBS_ACCOUNT, "roleArn": _role(aws, name)}


def _install(aws: AwsAccount, **members: object) -> dict[str, Any]:
    made: dict[str, Any] = aws.eks.create_addon(**_NAMES, **members)["addon"]
    wait_until(aws.eks, "addon_active", **_NAMES)
    return made


def _update(aws: AwsAccount, **members: object) -> dict[str, Any]:
    update: dict[str, Any] = aws.eks.update_addon(**_NAMES, **members)["update"]
    wait_until(aws.eks, "addon_active", **_NAMES)
    return update


def _addon(aws: AwsAccount) -> dict[str, Any]:
    found: dict[str, Any] = aws.eks.describe_addon(**_NAMES)["addon"]
    return found


def _owned(aws: AwsAccount) -> list[dict[str, Any]]:
    found = aws.eks.list_pod_identity_associations(clusterName="demo", namespace="kube-system")
    return [
        aws.eks.describe_pod_identity_association(
            clusterName="demo", associationId=entry["associationId"]
        )["association"]
        for entry in found["associations"]
    ]


def test_addon_owns_the_associations_that_it_was_created_with(cluster: AwsAccount) -> None:
    """DescribeAddon has their ARNs; each has the add-on's ARN as its owner."""
    made = _install(cluster, podIdentityAssociations=[_entry(cluster)], tags={"team": "shop"})

    (owned,) = _owned(cluster)

    assert made["status"] == "CREATING"
    assert made["tags"] == {"team": "shop"}
    assert _addon(cluster)["podIdentityAssociations"] == [owned["associationArn"]]
    assert owned["ownerArn"] == made["addonArn"]
    assert (owned["serviceAccount"], owned["roleArn"]) == (_EBS_ACCOUNT, _role(cluster))


def test_update_leaves_overwrites_and_clears(cluster: AwsAccount) -> None:
    """Absent: as they were. A list: these and no others. []: none."""
    _install(cluster, podIdentityAssociations=[_entry(cluster)])
    before = _owned(cluster)
    cluster.declare_role("other")

    _update(cluster, resolveConflicts="PRESERVE")
    assert _owned(cluster) == before

    _update(cluster, podIdentityAssociations=[_entry(cluster, "other")])
    (changed,) = _owned(cluster)
    assert changed["associationId"] == before[0]["associationId"]
    assert changed["roleArn"] == _role(cluster, "other")

    _update(cluster, podIdentityAssociations=[])
    assert _owned(cluster) == []
    assert "podIdentityAssociations" not in _addon(cluster)


def test_update_is_recorded_with_the_list_it_was_given(cluster: AwsAccount) -> None:
    """The record's parameter is JSON text with service account, role and namespace.

    https://github.com/hashicorp/terraform-provider-aws/issues/30645
    """
    _install(cluster)
    started = cluster.eks.update_addon(**_NAMES, podIdentityAssociations=[_entry(cluster)])
    update = started["update"]
    names = {"name": "demo", "addonName": _EBS, "updateId": update["id"]}
    under_way = cluster.eks.describe_update(**names)["update"]
    wait_until(cluster.eks, "addon_active", **_NAMES)
    done = cluster.eks.describe_update(**names)["update"]
    listed = cluster.eks.list_updates(name="demo", addonName=_EBS)["updateIds"]

    assert (update["type"], under_way["status"]) == ("AddonUpdate", "InProgress")
    assert (done["status"], done["errors"]) == ("Successful", [])
    assert listed == [update["id"]]
    (param,) = done["params"]
    assert param["type"] == "PodIdentityAssociations"
    assert json.loads(param["value"]) == [{**_entry(cluster), "namespace": "kube-system"}]


def test_busy_addon_refuses_updates(cluster: AwsAccount) -> None:
    """Nothing is changed while an add-on is being created."""
    cluster.eks.create_addon(**_NAMES)

    found = refusal(cluster.eks.update_addon, **_NAMES)

    message = f"Addon {_EBS} cannot be updated as it is currently in CREATING state"
    assert found == Refusal("ResourceInUseException", message, 409)


def test_deletion_takes_owned_associations_along(cluster: AwsAccount) -> None:
    """Standalone associations of the same cluster stay."""
    _install(cluster, podIdentityAssociations=[_entry(cluster)])
    cluster.eks.create_pod_identity_association(
        clusterName="demo", namespace="web", serviceAccount="api", roleArn=_role(cluster)
    )

    deleted = cluster.eks.delete_addon(**_NAMES)["addon"]
    wait_until(cluster.eks, "addon_deleted", **_NAMES)

    left = cluster.eks.list_pod_identity_associations(clusterName="demo")["associations"]
    assert deleted["status"] == "DELETING"
    assert [entry["serviceAccount"] for entry in left] == ["api"]


def test_preserved_associations_block_the_addon_from_coming_back(cluster: AwsAccount) -> None:
    """Associations kept by `preserve` stay; the next CreateAddon may not take them over.

    https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
    """
    _install(cluster, podIdentityAssociations=[_entry(cluster)])
    cluster.eks.delete_addon(**_NAMES, preserve=True)
    wait_until(cluster.eks, "addon_deleted", **_NAMES)

    (kept,) = _owned(cluster)
    found = refusal(cluster.eks.create_addon, **_NAMES, podIdentityAssociations=[_entry(cluster)])

    message = f"Association already exists: {kept['associationId']}"
    assert found == Refusal("ResourceInUseException", message, 409)


def test_owned_association_may_be_changed_directly(cluster: AwsAccount) -> None:
    """EKS allows it; the add-on shows what is left, and its next list puts things right."""
    _install(cluster, podIdentityAssociations=[_entry(cluster)])
    cluster.declare_role("other")
    (owned,) = _owned(cluster)
    names = {"clusterName": "demo", "associationId": owned["associationId"]}

    cluster.eks.update_pod_identity_association(**names, roleArn=_role(cluster, "other"))
    assert _owned(cluster)[0]["ownerArn"] == owned["ownerArn"]

    cluster.eks.delete_pod_identity_association(**names)
    assert "podIdentityAssociations" not in _addon(cluster)

    _update(cluster, podIdentityAssociations=[_entry(cluster)])
    assert [entry["roleArn"] for entry in _owned(cluster)] == [_role(cluster)]


def test_irsa_role_is_kept_only_while_it_is_sent(
    cluster: AwsAccount,
    unchecked_eks: Any,  # noqa: ANN401 - boto3's clients have no static type here
) -> None:
    """An update without serviceAccountRoleArn takes it away; an empty one is no way to say so.

    https://github.com/hashicorp/terraform-provider-aws/issues/19402 and, for the text, 30645.
    """
    _install(cluster, serviceAccountRoleArn=_role(cluster))
    _update(cluster, serviceAccountRoleArn=_role(cluster), resolveConflicts="OVERWRITE")
    assert _addon(cluster)["serviceAccountRoleArn"] == _role(cluster)

    found = refusal(unchecked_eks.update_addon, **_NAMES, serviceAccountRoleArn="")
    message = "Cross-account pass role is not allowed."
    assert found == Refusal("AccessDeniedException", message, 403)

    _update(cluster, podIdentityAssociations=[_entry(cluster)])
    assert "serviceAccountRoleArn" not in _addon(cluster)


def test_versions_and_configuration_agree(cluster: AwsAccount) -> None:
    """What DescribeAddonVersions offers can be installed, and its identities associated."""
    offered = cluster.eks.describe_addon_versions(addonName=_EBS, kubernetesVersion="1.33")
    newest = offered["addons"][0]["addonVersions"][0]
    configuration = cluster.eks.describe_addon_configuration(
        addonName=_EBS, addonVersion=newest["addonVersion"]
    )
    (identity,) = configuration["podIdentityConfiguration"]
    role = cluster.declare_role("recommended", POD_IDENTITY_TRUST)
    for policy in identity["recommendedManagedPolicies"]:
        cluster.iam.attach_role_policy(RoleName="recommended", PolicyArn=policy)

    entry = {"serviceAccount": identity["serviceAccount"], "roleArn": role}
    _install(cluster, addonVersion=newest["addonVersion"], podIdentityAssociations=[entry])

    assert newest["requiresIamPermissions"] is True
    assert json.loads(configuration["configurationSchema"])["type"] == "object"
    assert [found["roleArn"] for found in _owned(cluster)] == [role]
