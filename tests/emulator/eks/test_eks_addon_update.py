"""UpdateAddon: absent, empty and given; asynchronous; restarts."""

import json

import pytest
from harness.eks import CALLER, CLUSTER, CLUSTER_TRUST, Eks

from eks_pod_identity_emulator.settings import Settings

EBS = "aws-ebs-csi-driver"
EBS_ACCOUNT = "ebs-csi-controller-sa"
NFM = "aws-network-flow-monitoring-agent"
NFM_OLD_ACCOUNT = "aws-network-flow-monitoring-agent-service-account"
NFM_ACCOUNT = "aws-network-flow-monitor-agent-service-account"


def restarts(eks: Eks, addon: str) -> int:
    """Return how often the pods of an add-on were rolled."""
    return eks.service.addon_restarts(CALLER, CLUSTER)[addon]


@pytest.fixture
def ebs(eks: Eks) -> Eks:
    """EKS with the EBS CSI driver, owning one association."""
    eks.install(EBS, podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")])
    return eks


def test_absent_list_leaves_the_associations(ebs: Eks) -> None:
    """An update of something else keeps what the add-on owns, ids included."""
    before = ebs.associations()

    ebs.update_addon(EBS, configurationValues='{"sidecars": {}}')
    ebs.settle()

    assert ebs.associations() == before
    assert ebs.addon(EBS)["podIdentityAssociations"] == [before[0]["associationArn"]]


def test_empty_list_deletes_the_associations(ebs: Eks) -> None:
    """[] is the way to own nothing; the pods are rolled."""
    ebs.update_addon(EBS, podIdentityAssociations=[])
    ebs.settle()

    assert ebs.associations() == []
    assert "podIdentityAssociations" not in ebs.addon(EBS)
    assert restarts(ebs, EBS) == 1


def test_empty_list_spares_what_others_own(ebs: Eks) -> None:
    """Standalone associations and other add-ons' are not touched."""
    ebs.associate("app1", "sa")
    ebs.install("vpc-cni", podIdentityAssociations=[ebs.owned("aws-node", "cni")])

    ebs.update_addon(EBS, podIdentityAssociations=[])

    assert [entry["serviceAccount"] for entry in ebs.associations()] == ["sa", "aws-node"]


def test_list_overwrites_the_associations(eks: Eks) -> None:
    """What is not listed goes, what is new comes, what stays keeps its id and gets its role."""
    eks.install(
        "adot",
        podIdentityAssociations=[
            eks.owned("adot-col-prom-metrics", "metrics"),
            eks.owned("adot-col-otlp-ingest", "traces"),
        ],
    )
    before = {entry["serviceAccount"]: entry["associationId"] for entry in eks.associations()}

    eks.update_addon(
        "adot",
        podIdentityAssociations=[
            eks.owned("adot-col-prom-metrics", "metrics-2"),
            eks.owned("adot-col-container-logs", "logs"),
        ],
    )
    eks.settle()

    after = {entry["serviceAccount"]: entry["associationId"] for entry in eks.associations()}
    assert set(after) == {"adot-col-prom-metrics", "adot-col-container-logs"}
    assert after["adot-col-prom-metrics"] == before["adot-col-prom-metrics"]
    kept = eks.association(after["adot-col-prom-metrics"])
    assert kept["roleArn"].endswith("/metrics-2")
    assert eks.addon("adot")["status"] == "ACTIVE"


def test_equal_list_rolls_no_pod(ebs: Eks) -> None:
    """The same list again changes nothing, so no pod is restarted."""
    before = ebs.associations()

    ebs.update_addon(EBS, podIdentityAssociations=[ebs.owned(EBS_ACCOUNT, "ebs")])

    assert ebs.associations() == before
    assert restarts(ebs, EBS) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"addonVersion": "v1.63.1-eksbuild.1"},
        {"configurationValues": '{"sidecars": {}}'},
        {"podIdentityAssociations": []},
    ],
)
def test_change_of_version_configuration_or_associations_rolls_the_pods(
    ebs: Eks, change: dict[str, object]
) -> None:
    """Each kind of change restarts the add-on's pods once; doing it again does not."""
    ebs.update_addon(EBS, **change)
    ebs.settle()
    assert restarts(ebs, EBS) == 1

    ebs.update_addon(EBS, **change)
    assert restarts(ebs, EBS) == 1


def test_update_of_one_addon_rolls_no_other(ebs: Eks) -> None:
    """Restarts are counted per add-on."""
    ebs.install("coredns")

    ebs.update_addon("coredns", configurationValues='{"replicaCount": 3}')

    assert ebs.service.addon_restarts(CALLER, CLUSTER) == {EBS: 0, "coredns": 1}


def test_update_is_asynchronous(ebs: Eks) -> None:
    """Add-on and update are under way at first, then ACTIVE and Successful."""
    update = ebs.update_addon(EBS, podIdentityAssociations=[])
    described = {"name": CLUSTER, "addonName": EBS, "updateId": update["id"]}

    assert update["status"] == "InProgress"
    assert update["type"] == "AddonUpdate"
    assert ebs.addon(EBS)["status"] == "UPDATING"
    assert ebs.call("DescribeUpdate", **described)["update"]["status"] == "InProgress"

    ebs.settle()

    assert ebs.addon(EBS)["status"] == "ACTIVE"
    assert ebs.call("DescribeUpdate", **described)["update"]["status"] == "Successful"
    assert ebs.call("ListUpdates", name=CLUSTER, addonName=EBS)["updateIds"] == [update["id"]]


def test_update_of_an_addon_is_found_only_with_its_name(ebs: Eks) -> None:
    """Without the add-on's name the cluster's own updates are searched."""
    update = ebs.update_addon(EBS, podIdentityAssociations=[])

    refusal = ebs.refusal("DescribeUpdate", name=CLUSTER, updateId=update["id"])

    assert refusal.code == "ResourceNotFoundException"
    assert refusal.message == f"No update found for ID: {update['id']}"
    assert ebs.call("ListUpdates", name=CLUSTER)["updateIds"] == []


def test_record_of_an_update_tells_what_was_asked_for(ebs: Eks) -> None:
    """Associations are recorded as JSON with service account, role and namespace."""
    entry = ebs.owned(EBS_ACCOUNT, "other")

    update = ebs.update_addon(
        EBS,
        addonVersion="v1.63.1-eksbuild.1",
        resolveConflicts="PRESERVE",
        podIdentityAssociations=[entry],
    )

    params = {param["type"]: param["value"] for param in update["params"]}
    assert params["AddonVersion"] == "v1.63.1-eksbuild.1"
    assert params["ResolveConflicts"] == "PRESERVE"
    assert json.loads(params["PodIdentityAssociations"]) == [entry | {"namespace": "kube-system"}]


@pytest.mark.parametrize("status", ["CREATING", "UPDATING", "DELETING"])
def test_busy_addon_is_refused(eks: Eks, status: str) -> None:
    """While an add-on is on its way, an update has to wait."""
    eks.call("CreateAddon", clusterName=CLUSTER, addonName="vpc-cni")
    if status != "CREATING":
        eks.settle()
    if status == "UPDATING":
        eks.update_addon("vpc-cni")
    if status == "DELETING":
        eks.call("DeleteAddon", clusterName=CLUSTER, addonName="vpc-cni")

    refusal = eks.refusal("UpdateAddon", clusterName=CLUSTER, addonName="vpc-cni")

    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert refusal.message == (
        f"Addon vpc-cni cannot be updated as it is currently in {status} state"
    )


def test_standalone_association_is_not_taken_over(eks: Eks) -> None:
    """An update cannot adopt either; the add-on stays as it was."""
    standalone = eks.associate("kube-system", EBS_ACCOUNT)
    before = eks.install(EBS)

    refusal = eks.refusal(
        "UpdateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")],
    )

    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert standalone["associationId"] in refusal.message
    assert eks.addon(EBS) == before


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"addonVersion": "v9.9.9-eksbuild.1"}, "Addon version specified is not supported"),
        ({"configurationValues": '{"nope": 1}'}, "ConfigurationValue provided in request"),
        (
            {"podIdentityAssociations": [{"serviceAccount": "x", "roleArn": "y"}]},
            "Service account x in pod identity configuration is not supported for addon",
        ),
        (
            {"serviceAccountRoleArn": "arn:aws:iam::111122223333:role/nobody"},
            "Role provided in the request does not exist",
        ),
    ],
)
def test_faulty_request_changes_nothing(ebs: Eks, fault: dict[str, object], message: str) -> None:
    """A refused update leaves version, associations, status and pods alone."""
    before, owned = ebs.addon(EBS), ebs.associations()
    change = {"addonVersion": "v1.63.1-eksbuild.1", "podIdentityAssociations": []}

    refusal = ebs.refusal("UpdateAddon", clusterName=CLUSTER, addonName=EBS, **change | fault)

    assert refusal.code == "InvalidParameterException"
    assert refusal.message.startswith(message)
    assert ebs.addon(EBS) == before
    assert ebs.associations() == owned
    assert restarts(ebs, EBS) == 0


def test_irsa_role_goes_when_absent(eks: Eks) -> None:
    """An IRSA role stays only as long as updates name it."""
    role = eks.iam.declare_role("irsa", CLUSTER_TRUST)
    eks.install(EBS, serviceAccountRoleArn=role)

    eks.update_addon(EBS, serviceAccountRoleArn=role, resolveConflicts="OVERWRITE")
    eks.settle()
    assert eks.addon(EBS)["serviceAccountRoleArn"] == role

    eks.update_addon(EBS, podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")])
    assert "serviceAccountRoleArn" not in eks.addon(EBS)


def test_configuration_stays_when_absent_and_goes_when_empty(eks: Eks) -> None:
    """Left out, the values are kept; an empty text removes them."""
    eks.install("coredns", configurationValues='{"replicaCount": 3}')

    eks.update_addon("coredns", addonVersion="v1.13.2-eksbuild.19")
    eks.settle()
    assert eks.addon("coredns")["configurationValues"] == '{"replicaCount": 3}'

    eks.update_addon("coredns", configurationValues="")
    eks.settle()
    assert "configurationValues" not in eks.addon("coredns")


def test_renamed_service_account_refuses_the_old_name(eks: Eks) -> None:
    """Network Flow Monitor 1.0.1 renamed its service account; the old entry must be replaced."""
    old = eks.owned(NFM_OLD_ACCOUNT, "nfm")
    eks.install(NFM, addonVersion="v1.0.0-eksbuild.4", podIdentityAssociations=[old])
    message = (
        f"Service account {NFM_OLD_ACCOUNT} in pod identity configuration is not supported "
        f"for addon {NFM}"
    )
    upgrade = {"clusterName": CLUSTER, "addonName": NFM, "addonVersion": "v1.0.1-eksbuild.2"}

    assert eks.refusal("UpdateAddon", **upgrade, podIdentityAssociations=[old]).message == message
    assert eks.refusal("UpdateAddon", **upgrade).message == message

    eks.call("UpdateAddon", **upgrade, podIdentityAssociations=[eks.owned(NFM_ACCOUNT, "nfm")])
    assert [entry["serviceAccount"] for entry in eks.associations()] == [NFM_ACCOUNT]
    (addon,) = eks.service.installed_addons(CALLER, CLUSTER)
    assert addon.service_accounts == (NFM_ACCOUNT,)


def test_swap_at_the_limit_is_possible() -> None:
    """What a list drops makes room for what it adds."""
    eks = Eks(Settings(association_limit=1))
    eks.install("adot", podIdentityAssociations=[eks.owned("adot-col-prom-metrics", "one")])

    eks.update_addon("adot", podIdentityAssociations=[eks.owned("adot-col-otlp-ingest", "two")])

    assert [entry["serviceAccount"] for entry in eks.associations()] == ["adot-col-otlp-ingest"]


@pytest.mark.parametrize("status", ["DEGRADED", "UPDATE_FAILED"])
def test_update_fails_as_the_seed_says(status: str) -> None:
    """The update is Failed with the cause, what it changed stays, another update may follow."""
    seed = f"""
accounts:
  "111122223333":
    regions:
      eu-west-1:
        clusters:
          - name: demo
            version: "1.33"
            addons: [{{name: coredns}}]
            addonOutcomes:
              coredns: {{status: {status}, code: ConfigurationConflict, message: taken}}
"""
    eks = Eks(seed=seed)
    update = eks.update_addon("coredns", addonVersion="v1.13.2-eksbuild.19")
    eks.settle()

    answer = eks.call("DescribeUpdate", name=CLUSTER, addonName="coredns", updateId=update["id"])
    assert answer["update"]["status"] == "Failed"
    assert answer["update"]["errors"] == [
        {"errorCode": "ConfigurationConflict", "errorMessage": "taken", "resourceIds": []}
    ]
    addon = eks.addon("coredns")
    assert addon["status"] == status
    assert addon["addonVersion"] == "v1.13.2-eksbuild.19"
    eks.update_addon("coredns")
