"""The seed file in docs/emulator.md, started as it stands there."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from harness.emulator import RunningEmulator

_PAGE = Path(__file__).parents[3] / "docs" / "emulator.md"


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator with the page's seed."""
    found = re.search(r"```yaml\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    seed = tmp_path_factory.mktemp("page") / "aws.yaml"
    seed.write_text(found[1], encoding="utf-8")
    with RunningEmulator(seed) as running:
        yield running


def _associations(emulator: RunningEmulator) -> dict[str, Mapping[str, Any]]:
    eks = emulator.client("eks")
    listed = eks.list_pod_identity_associations(clusterName="demo")["associations"]
    found = [
        eks.describe_pod_identity_association(
            clusterName="demo", associationId=entry["associationId"]
        )["association"]
        for entry in listed
    ]
    return {entry["serviceAccount"]: entry for entry in found}


def test_clusters_of_the_page(documented: RunningEmulator) -> None:
    """Version, tags, Auto Mode and IP family are as the file says."""
    eks = documented.client("eks")
    clusters = {
        name: eks.describe_cluster(name=name)["cluster"] for name in eks.list_clusters()["clusters"]
    }

    assert set(clusters) == {"demo", "auto", "six", "old"}
    assert clusters["demo"]["version"] == "1.33"
    assert clusters["demo"]["tags"] == {"stage": "dev"}
    assert clusters["auto"]["computeConfig"]["enabled"] is True
    assert clusters["six"]["kubernetesNetworkConfig"]["ipFamily"] == "ipv6"


def test_roles_and_policies_of_the_page(documented: RunningEmulator) -> None:
    """Roles are there in both accounts, with what they may do."""
    iam, other = documented.client("iam"), documented.client("iam", "444455556666")

    attached = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]

    assert [policy["PolicyName"] for policy in attached] == ["AmazonS3ReadOnlyAccess"]
    assert iam.list_role_policies(RoleName="reader")["PolicyNames"] == ["queues"]
    assert iam.get_role(RoleName="reader")["Role"]["Tags"] == [{"Key": "team", "Value": "shop"}]
    assert [policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]] == [
        "boundary"
    ]
    assert other.get_role(RoleName="archive")["Role"]["Arn"].startswith("arn:aws:iam::444455556666")


def test_associations_of_the_page(documented: RunningEmulator) -> None:
    """One is somebody's own, one is the add-on's."""
    found = _associations(documented)
    addon = documented.client("eks").describe_addon(
        clusterName="demo", addonName="aws-ebs-csi-driver"
    )["addon"]

    assert set(found) == {"api", "ebs-csi-controller-sa"}
    assert found["api"]["tags"] == {"team": "shop"}
    assert found["ebs-csi-controller-sa"]["ownerArn"] == addon["addonArn"]
    (pods, *_) = documented.ask("GET", "/_emulator/pods")
    assert pods["addonRestarts"] == {"eks-pod-identity-agent": 0, "aws-ebs-csi-driver": 0}
