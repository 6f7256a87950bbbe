"""Add-ons and clusters of the aws plugin, against the emulator."""

import re
from collections.abc import Callable

import grpc
import pytest
from botocore.client import BaseClient
from harness.call_log import CallLog
from harness.emulator import RunningEmulator
from harness.plugin_engine import ProviderClient, init_failure
from harness.policy_documents import trust

ROLE = "aws:iam/role:Role"
ADDON = "aws:eks/addon:Addon"
CLUSTER = "aws:eks/cluster:Cluster"
CNI = {"clusterName": "demo", "addonName": "vpc-cni"}


@pytest.fixture
def eks(emulator: RunningEmulator) -> BaseClient:
    """EKS as somebody else uses it."""
    return emulator.client("eks")


@pytest.fixture
def role(provider: ProviderClient, request: pytest.FixtureRequest) -> str:
    """A role that pods may use."""
    name = re.sub(r"\W+", "-", request.node.name)[-40:]
    made = provider.make(ROLE, name, {"assumeRolePolicy": trust()})
    return str(made.state["arn"])


def owned(eks: BaseClient) -> list[str]:
    """Return the service accounts of the associations that vpc-cni owns."""
    listed = eks.list_pod_identity_associations(clusterName="demo")["associations"]
    return [one["serviceAccount"] for one in listed if "/vpc-cni/" in one.get("ownerArn", "")]


def test_addon_lives_with_its_associations(
    provider: ProviderClient, eks: BaseClient, role: str, calls: CallLog
) -> None:
    """Made, unchanged, changed, cleared and deleted: one write each, and none for no change."""
    associated = {
        **CNI,
        "podIdentityAssociations": [{"serviceAccount": "aws-node", "roleArn": role}],
    }
    calls.forget()
    made = provider.make(ADDON, "cni", associated)
    assert calls.writes() == ["CreateAddon"]
    assert made.id == "demo:vpc-cni"
    assert made.state["podIdentityAssociations"] == associated["podIdentityAssociations"]
    assert owned(eks) == ["aws-node"]

    assert provider.diff(made, associated).steps == {}

    calls.forget()
    plan = provider.diff(made, {**CNI, "podIdentityAssociations": []})
    cleared = provider.change(made, {**CNI, "podIdentityAssociations": []})
    assert plan.steps == {"podIdentityAssociations": "delete"}
    assert calls.writes() == ["UpdateAddon"]
    [sent] = calls.parameters("UpdateAddon")
    assert sent["podIdentityAssociations"] == []
    assert owned(eks) == []

    provider.remove(cleared)
    assert provider.refresh(cleared) is None
    provider.remove(cleared)


def test_omitted_associations_are_removed_as_the_real_provider_does(
    provider: ProviderClient, eks: BaseClient, role: str
) -> None:
    """To the real provider, a list that is not given and an empty one are the same."""
    associated = {
        **CNI,
        "podIdentityAssociations": [{"serviceAccount": "aws-node", "roleArn": role}],
    }
    made = provider.make(ADDON, "cni", associated)

    changed = provider.change(made, CNI)

    assert owned(eks) == []
    provider.remove(changed)


def test_preserve_leaves_associations_behind(
    provider: ProviderClient, eks: BaseClient, role: str
) -> None:
    """`preserve` is sent with the deletion."""
    associated = {
        **CNI,
        "podIdentityAssociations": [{"serviceAccount": "aws-node", "roleArn": role}],
    }
    made = provider.make(ADDON, "cni", {**associated, "preserve": True})

    provider.remove(made)

    [left] = eks.list_pod_identity_associations(clusterName="demo", serviceAccount="aws-node")[
        "associations"
    ]
    eks.delete_pod_identity_association(clusterName="demo", associationId=left["associationId"])


def test_switches_alone_do_not_touch_the_addon(provider: ProviderClient, calls: CallLog) -> None:
    """Conflict rules and `preserve` are notes for later calls, so no pod restarts."""
    made = provider.make(
        ADDON, "agent", {"clusterName": "demo", "addonName": "eks-pod-identity-agent"}
    )
    calls.forget()
    news = {
        "clusterName": "demo",
        "addonName": "eks-pod-identity-agent",
        "preserve": True,
        "resolveConflictsOnUpdate": "OVERWRITE",
    }

    changed = provider.change(made, news)

    assert calls.writes() == []
    assert provider.diff(changed, news).steps == {}
    provider.remove(provider.change(changed, {**news, "preserve": False}))


def test_addon_is_imported_by_cluster_and_name(provider: ProviderClient, eks: BaseClient) -> None:
    """The arguments of an import have no difference to what is there."""
    eks.create_addon(clusterName="demo", addonName="coredns")
    eks.get_waiter("addon_active").wait(
        clusterName="demo", addonName="coredns", WaiterConfig={"Delay": 1}
    )

    found = provider.adopt(ADDON, "dns", "demo:coredns")

    assert found
    assert found.inputs["addonVersion"] == found.state["addonVersion"]
    assert provider.diff(found, found.inputs).steps == {}
    assert provider.diff(found, {"clusterName": "demo", "addonName": "coredns"}).steps == {}
    assert provider.diff(found, {"clusterName": "other", "addonName": "coredns"}).replaces == (
        "clusterName",
    )
    provider.remove(found)


def test_failed_addon_stays_in_the_state_with_its_issue(
    configured: Callable[..., ProviderClient], emulator_with: Callable[..., RunningEmulator]
) -> None:
    """What EKS says ails the add-on is told, and the next run finds the add-on."""
    outcome = {"status": "CREATE_FAILED", "code": "ConfigurationConflict", "message": "not mine"}
    failing = emulator_with(clusters=[{"name": "demo", "addonOutcomes": {"vpc-cni": outcome}}])

    with pytest.raises(grpc.RpcError) as caught:
        configured(failing.url).make(ADDON, "cni", CNI)

    kept = init_failure(caught.value)
    assert kept.id == "demo:vpc-cni"
    assert kept.properties["addonName"] == "vpc-cni"
    assert "unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'" in kept.reasons[0]
    assert "ConfigurationConflict: not mine" in kept.reasons[0]


def test_degraded_addon_is_waited_for_and_its_issue_told(
    configured: Callable[..., ProviderClient], emulator_with: Callable[..., RunningEmulator]
) -> None:
    """An add-on that lacks nodes may recover, so it is given its time."""
    outcome = {"status": "DEGRADED", "message": "no nodes"}
    degraded = emulator_with(clusters=[{"name": "demo", "addonOutcomes": {"coredns": outcome}}])
    news = {"clusterName": "demo", "addonName": "coredns"}

    with pytest.raises(grpc.RpcError) as caught:
        configured(degraded.url).make(ADDON, "dns", news, timeout=1)

    reason = init_failure(caught.value).reasons[0]
    assert "timeout while waiting for state to become 'ACTIVE' (last state: 'DEGRADED'" in reason
    assert "no nodes" in reason


def test_refused_addon_is_not_made(provider: ProviderClient) -> None:
    """A service account that the add-on does not have is told in EKS's words."""
    news = {
        **CNI,
        "podIdentityAssociations": [
            {"serviceAccount": "x", "roleArn": "arn:aws:iam::111122223333:role/r"}
        ],
    }

    with pytest.raises(grpc.RpcError) as caught:
        provider.make(ADDON, "cni", news)

    assert caught.value.details().startswith("creating EKS Add-On (demo:vpc-cni): operation error")


def test_cluster_lives(provider: ProviderClient, calls: CallLog) -> None:
    """A cluster is made, changed one thing after the other, imported and deleted."""
    trusted = provider.make(ROLE, "cluster", {"assumeRolePolicy": trust("eks.amazonaws.com")})
    vpc = {"subnetIds": ["subnet-b", "subnet-a"]}
    news = {"name": "fresh", "roleArn": trusted.state["arn"], "vpcConfig": vpc}
    made = provider.make(CLUSTER, "fresh", news)
    again = {**news, "vpcConfig": {"subnetIds": ["subnet-a", "subnet-b"]}}
    assert provider.diff(made, again).steps == {}
    assert made.state["status"] == "ACTIVE"
    assert made.state["vpcConfig"]["endpointPublicAccess"] is True

    calls.forget()
    news = {**news, "enabledClusterLogTypes": ["api"], "tags": {"a": "1"}}
    changed = provider.change(made, news)
    assert calls.writes() == ["UpdateClusterConfig", "TagResource"]
    assert changed.state["enabledClusterLogTypes"] == ["api"]
    assert provider.diff(changed, {**news, "roleArn": f"{news['roleArn']}x"}).replaces == (
        "roleArn",
    )

    found = provider.adopt(CLUSTER, "fresh", "fresh")
    assert found
    assert provider.diff(found, found.inputs).steps == {}
    provider.remove(changed)
    assert provider.refresh(changed) is None
