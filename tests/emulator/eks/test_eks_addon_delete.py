"""DeleteAddon: cascade, preserve, and what happens to associations touched directly."""

import pytest
from harness.eks import CLUSTER, Eks

EBS = "aws-ebs-csi-driver"
EBS_ACCOUNT = "ebs-csi-controller-sa"


@pytest.fixture
def ebs(eks: Eks) -> Eks:
    """EKS with the EBS CSI driver, owning one association."""
    eks.install(EBS, podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")])
    return eks


def delete(eks: Eks, **more: bool) -> None:
    """Delete the add-on and wait until it is gone."""
    answer = eks.call("DeleteAddon", clusterName=CLUSTER, addonName=EBS, **more)
    assert answer["addon"]["status"] == "DELETING"
    assert eks.addon(EBS)["status"] == "DELETING"
    eks.settle()
    assert eks.refusal("DescribeAddon", clusterName=CLUSTER, addonName=EBS).status == 404


def test_delete_takes_the_owned_associations_along(ebs: Eks) -> None:
    """Owned associations go with the add-on, others stay."""
    ebs.associate("app1", "sa")

    delete(ebs)

    assert [entry["serviceAccount"] for entry in ebs.associations()] == ["sa"]


def test_preserve_keeps_the_owned_associations_with_their_owner(ebs: Eks) -> None:
    """Preserved associations still name the add-on that is gone."""
    before = ebs.associations()

    delete(ebs, preserve=True)

    assert ebs.associations() == before


def test_preserved_association_is_not_adopted_by_a_new_installation(ebs: Eks) -> None:
    """Installed again, the add-on meets its own leftover as a conflict, until that is deleted."""
    (left,) = ebs.associations()
    delete(ebs, preserve=True)
    request = {
        "clusterName": CLUSTER,
        "addonName": EBS,
        "podIdentityAssociations": [ebs.owned(EBS_ACCOUNT, "ebs")],
    }

    refusal = ebs.refusal("CreateAddon", **request)

    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert left["associationId"] in refusal.message

    ebs.call(
        "DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=left["associationId"]
    )
    ebs.call("CreateAddon", **request)


def test_second_installation_without_associations_leaves_preserved_ones_alone(ebs: Eks) -> None:
    """A new installation has another ARN, so its deletion does not take the leftovers."""
    delete(ebs, preserve=True)
    ebs.install(EBS)

    delete(ebs)

    assert len(ebs.associations()) == 1


def test_service_account_is_taken_until_the_addon_is_gone(ebs: Eks) -> None:
    """While the add-on is DELETING its association is still in the way."""
    ebs.call("DeleteAddon", clusterName=CLUSTER, addonName=EBS)
    request = {
        "clusterName": CLUSTER,
        "namespace": "kube-system",
        "serviceAccount": EBS_ACCOUNT,
        "roleArn": ebs.iam.declare_role("standalone"),
    }

    assert ebs.refusal("CreatePodIdentityAssociation", **request).status == 409

    ebs.settle()

    ebs.call("CreatePodIdentityAssociation", **request)


def test_addon_that_is_being_deleted_is_not_deleted_again(ebs: Eks) -> None:
    """The second delete is refused, the first one goes through."""
    ebs.call("DeleteAddon", clusterName=CLUSTER, addonName=EBS)

    refusal = ebs.refusal("DeleteAddon", clusterName=CLUSTER, addonName=EBS)

    assert refusal.code == "InvalidRequestException"
    ebs.settle()
    assert ebs.associations() == []


def test_addon_that_is_being_deleted_cannot_be_created(ebs: Eks) -> None:
    """Until it is gone, the add-on exists."""
    ebs.call("DeleteAddon", clusterName=CLUSTER, addonName=EBS)

    refusal = ebs.refusal("CreateAddon", clusterName=CLUSTER, addonName=EBS)

    assert refusal.message == "Addon already exists."


def test_delete_overtakes_a_creation_under_way(eks: Eks) -> None:
    """An add-on deleted while CREATING does not come back as ACTIVE."""
    eks.call("CreateAddon", clusterName=CLUSTER, addonName=EBS)
    eks.clock.advance(5)
    eks.call("DeleteAddon", clusterName=CLUSTER, addonName=EBS)

    eks.clock.advance(5)
    assert eks.addon(EBS)["status"] == "DELETING"

    eks.clock.advance(5)
    assert eks.call("ListAddons", clusterName=CLUSTER)["addons"] == []


def test_owned_association_may_be_updated_directly(ebs: Eks) -> None:
    """EKS allows it, though eksctl refuses; the owner stays."""
    (owned,) = ebs.associations()
    role = ebs.iam.declare_role("direct")

    answer = ebs.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=owned["associationId"],
        roleArn=role,
    )

    assert answer["association"]["roleArn"] == role
    assert answer["association"]["ownerArn"] == owned["ownerArn"]


def test_owned_association_may_be_deleted_directly(ebs: Eks) -> None:
    """After that the add-on shows it no more, and an update may make it anew."""
    (owned,) = ebs.associations()

    ebs.call(
        "DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=owned["associationId"]
    )

    assert "podIdentityAssociations" not in ebs.addon(EBS)
    ebs.update_addon(EBS, podIdentityAssociations=[ebs.owned(EBS_ACCOUNT, "ebs")])
    assert len(ebs.associations()) == 1
