"""Service accounts of add-ons: there with the software, gone with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulator import ACCOUNT, REGION, RunningEmulator

_SEED = """
accounts:
  "111122223333":
    regions:
      eu-west-1:
        clusters:
          - name: demo
            serviceAccounts:
              - {namespace: kube-system, name: aws-node, annotations: {mine: "yes"}}
"""
_CLUSTER = {"clusterName": "demo"}
_API = f"/_kubernetes/{ACCOUNT}/{REGION}/demo/api/v1"


@pytest.fixture(name="demo")
def _demo(tmp_path: Path) -> Iterator[RunningEmulator]:
    seed = tmp_path / "seed.yaml"
    seed.write_text(_SEED)
    with RunningEmulator(seed, "--addon-transition-seconds", "0") as running:
        yield running


def _accounts(demo: RunningEmulator, namespace: str = "kube-system") -> dict[str, dict[str, str]]:
    """The service accounts of a namespace, each with its annotations."""
    listed = demo.ask("GET", f"{_API}/namespaces/{namespace}/serviceaccounts")
    return {
        each["metadata"]["name"]: each["metadata"].get("annotations") or {}
        for each in listed["items"]
    }


def test_accounts_come_and_go_with_the_addon(demo: RunningEmulator) -> None:
    """Those of its version, in the namespace that it is installed into."""
    eks = demo.client("eks")
    assert set(_accounts(demo)) == {"default", "aws-node"}

    storage = {"namespace": "storage"}
    eks.create_addon(**_CLUSTER, addonName="aws-ebs-csi-driver", namespaceConfig=storage)

    assert set(_accounts(demo, "storage")) == {
        "default",
        "ebs-csi-controller-sa",
        "ebs-csi-node-sa",
    }

    eks.delete_addon(**_CLUSTER, addonName="aws-ebs-csi-driver")

    assert set(_accounts(demo, "storage")) == {"default"}


def test_preserved_software_keeps_its_accounts(demo: RunningEmulator) -> None:
    """Pods of it run on, as whom they ran."""
    eks = demo.client("eks")
    eks.create_addon(**_CLUSTER, addonName="coredns")
    assert "coredns" in _accounts(demo)

    eks.delete_addon(**_CLUSTER, addonName="coredns", preserve=True)

    assert "coredns" in _accounts(demo)


def test_account_that_was_there_is_not_the_addons(demo: RunningEmulator) -> None:
    """It keeps what others wrote on it, and stays when the add-on goes."""
    eks = demo.client("eks")
    eks.create_addon(**_CLUSTER, addonName="vpc-cni")
    assert _accounts(demo)["aws-node"] == {"mine": "yes"}

    eks.delete_addon(**_CLUSTER, addonName="vpc-cni")

    assert _accounts(demo)["aws-node"] == {"mine": "yes"}


def test_agent_has_a_labelled_pod_on_each_node(demo: RunningEmulator) -> None:
    """The user guide looks for the agent's pods by their label; they go with the add-on."""
    eks = demo.client("eks")
    label = "labelSelector=app.kubernetes.io/instance%3Deks-pod-identity-agent"
    path = f"{_API}/namespaces/kube-system/pods?{label}"
    eks.create_addon(**_CLUSTER, addonName="eks-pod-identity-agent")

    running = demo.ask("GET", path)["items"]
    eks.delete_addon(**_CLUSTER, addonName="eks-pod-identity-agent")
    left = demo.ask("GET", path)["items"]

    assert len({each["spec"]["nodeName"] for each in running}) == 2
    assert {each["status"]["phase"] for each in running} == {"Running"}
    assert left == []
