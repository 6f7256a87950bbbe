"""UpdateClusterVersion and UpdateClusterConfig."""

import pytest
from harness.eks import CLUSTER, Eks


def test_version_moves_up_by_one_minor(eks: Eks) -> None:
    """The new version shows when the update has succeeded."""
    update = eks.call("UpdateClusterVersion", name=CLUSTER, version="1.34")["update"]

    assert update["type"] == "VersionUpdate"
    before = eks.call("DescribeCluster", name=CLUSTER)["cluster"]
    assert (before["status"], before["version"]) == ("UPDATING", "1.33")

    eks.settle()

    after = eks.call("DescribeCluster", name=CLUSTER)["cluster"]
    assert (after["status"], after["version"]) == ("ACTIVE", "1.34")
    record = eks.call("DescribeUpdate", name=CLUSTER, updateId=update["id"])["update"]
    assert record["status"] == "Successful"
    assert eks.call("ListUpdates", name=CLUSTER)["updateIds"] == [update["id"]]


@pytest.mark.parametrize("version", ["1.33", "1.35", "1.32", "1.99"])
def test_other_versions_are_refused(eks: Eks, version: str) -> None:
    """The same, a later, an earlier and an unknown version are no update."""
    refusal = eks.refusal("UpdateClusterVersion", name=CLUSTER, version=version)

    assert refusal.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("change", "type_", "params"),
    [
        (
            {"resourcesVpcConfig": {"endpointPrivateAccess": True}},
            "EndpointAccessUpdate",
            {"EndpointPrivateAccess": "true"},
        ),
        (
            {"resourcesVpcConfig": {"subnetIds": ["subnet-3", "subnet-4"]}},
            "VpcConfigUpdate",
            {"Subnets": '["subnet-3","subnet-4"]'},
        ),
        (
            {"accessConfig": {"authenticationMode": "API"}},
            "AccessConfigUpdate",
            {"AuthenticationMode": "API"},
        ),
        (
            {"upgradePolicy": {"supportType": "STANDARD"}},
            "UpgradePolicyUpdate",
            {"UpgradePolicy": '{"supportType":"STANDARD"}'},
        ),
        ({"deletionProtection": True}, "DeletionProtectionUpdate", {"DeletionProtection": "true"}),
        (
            {"zonalShiftConfig": {"enabled": True}},
            "ZonalShiftConfigUpdate",
            {"ZonalShiftConfig": '{"enabled":true}'},
        ),
    ],
)
def test_configuration_changes_one_part_at_a_time(
    eks: Eks, change: dict[str, object], type_: str, params: dict[str, str]
) -> None:
    """Each part has its type of update; it shows once settled, the rest stays."""
    before = eks.call("DescribeCluster", name=CLUSTER)["cluster"]

    update = eks.call("UpdateClusterConfig", name=CLUSTER, **change)["update"]
    eks.settle()

    assert update["type"] == type_
    assert {entry["type"]: entry["value"] for entry in update["params"]} == params
    after = eks.call("DescribeCluster", name=CLUSTER)["cluster"]
    for part, value in change.items():
        if isinstance(value, dict):
            assert after[part] == {**before.get(part, {}), **value}
        else:
            assert after[part] == value
    assert {name: value for name, value in after.items() if name not in change} == {
        name: value for name, value in before.items() if name not in change
    }


def test_log_types_are_switched_one_by_one(eks: Eks) -> None:
    """What was on stays on; a type is in one of both lists."""
    for types, enabled in ((["api"], True), (["audit"], True), (["api"], False)):
        logging = {"clusterLogging": [{"types": types, "enabled": enabled}]}
        eks.call("UpdateClusterConfig", name=CLUSTER, logging=logging)
        eks.settle()

    logging = eks.call("DescribeCluster", name=CLUSTER)["cluster"]["logging"]
    assert logging["clusterLogging"] == [
        {"types": ["audit"], "enabled": True},
        {"types": ["api", "authenticator", "controllerManager", "scheduler"], "enabled": False},
    ]


def test_two_kinds_of_change_are_refused(eks: Eks) -> None:
    """EKS takes one type of update per call."""
    refusal = eks.refusal(
        "UpdateClusterConfig",
        name=CLUSTER,
        deletionProtection=True,
        upgradePolicy={"supportType": "STANDARD"},
    )

    assert refusal.message == "Only one type of update can be allowed."


@pytest.mark.parametrize("change", [{}, {"deletionProtection": False}])
def test_nothing_new_is_refused(eks: Eks, change: dict[str, object]) -> None:
    """Neither an empty request nor one for what is so already starts an update."""
    refusal = eks.refusal("UpdateClusterConfig", name=CLUSTER, **change)

    assert refusal.code == "InvalidParameterException"
    assert eks.call("ListUpdates", name=CLUSTER)["updateIds"] == []


def test_second_update_has_to_wait(eks: Eks) -> None:
    """While an update is under way another is refused, naming the first."""
    first = eks.call("UpdateClusterVersion", name=CLUSTER, version="1.34")["update"]

    refusal = eks.refusal("UpdateClusterConfig", name=CLUSTER, deletionProtection=True)

    assert refusal.code == "ResourceInUseException"
    assert refusal.message == (
        f"Cannot DeletionProtectionUpdate because cluster {CLUSTER} currently has update "
        f"{first['id']} in progress"
    )


def test_auto_mode_is_switched_on_as_a_whole(eks: Eks) -> None:
    """The three switches come together; one alone is refused."""
    compute = {"enabled": True, "nodePools": ["system"]}
    whole = {
        "computeConfig": compute,
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
        "storageConfig": {"blockStorage": {"enabled": True}},
    }

    refusal = eks.refusal("UpdateClusterConfig", name=CLUSTER, computeConfig=compute)
    update = eks.call("UpdateClusterConfig", name=CLUSTER, **whole)["update"]
    eks.settle()

    assert refusal.message.startswith("For EKS Auto Mode")
    assert update["type"] == "AutoModeUpdate"
    assert [view.agent_runs for view in eks.service.clusters()] == [True]
    network = eks.call("DescribeCluster", name=CLUSTER)["cluster"]["kubernetesNetworkConfig"]
    assert network["ipFamily"] == "ipv4"


@pytest.mark.parametrize("member", ["nodegroupName", "capabilityName"])
def test_updates_of_what_no_cluster_has_are_not_found(eks: Eks, member: str) -> None:
    """Asked for the updates of a node group, EKS misses the node group."""
    refusal = eks.refusal("ListUpdates", name=CLUSTER, **{member: "x"})

    assert refusal.code == "ResourceNotFoundException"
    assert refusal.message.endswith("found for name: x.")
