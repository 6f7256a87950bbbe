"""An add-on's permissions, version and configuration on the real engine, update by update."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from harness.declared import REGION, Component, Declared, declared, empty_clusters
from harness.emulated import Emulated
from harness.interruption import recover

_CNI = "kube-system/aws-node"
_MINE = "arn:aws:iam::111122223333:role/mine"
_IRSA = "arn:aws:iam::111122223333:role/irsa"
_ENTRY = {
    "service_account": "aws-node",
    "permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
}
_AGENT = Component("PodIdentityAgent", "agent", {})
_CLUSTERS = (
    "sources",
    "irsa",
    "auto",
    "software",
    "removed",
    "agent",
    "kept",
    "guarded",
    "renamed",
    "again",
)


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS) as emulated:
        yield emulated


def _cni(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return Component("Addon", "cni", {"addon_name": "vpc-cni", **args})


def _explicit(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return _cni(pod_identity_associations=[_ENTRY], **args)


def _describe(stack: Declared, addon: str = "vpc-cni") -> dict[str, Any]:
    eks = stack.aws.client("eks")
    return dict(eks.describe_addon(clusterName=stack.cluster, addonName=addon)["addon"])


def _named(call: Mapping[str, Any]) -> str:
    given = call["parameters"]
    return f"{call['operation']} {given.get('addonName') or given.get('serviceAccount', '')}"


def test_explicit_default_cleared_and_explicit_again(aws: Emulated, tmp_path: Path) -> None:
    """EKS's recommendation equal to the list is the same; `[]` clears; a list makes it anew."""
    stack = declared(tmp_path, aws, "sources")

    first = stack.up(_explicit())
    default = stack.up_as_previewed(_cni(use_default_pod_identity_associations=True))
    cleared = stack.up_as_previewed(_cni(pod_identity_associations=[]))
    none_left = aws.associations("sources")
    again = stack.up_as_previewed(_explicit())

    assert first == ("CreateRole", "AttachRolePolicy", "CreateAddon")
    assert default == ()
    assert cleared == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")
    assert none_left == {}
    assert again == ("CreateRole", "AttachRolePolicy", "UpdateAddon")
    role = stack.outputs()["cni.role_arns"]["aws-node"]
    assert stack.association(_CNI)["roleArn"] == role


def test_irsa_role_takes_the_place_of_associations(aws: Emulated, tmp_path: Path) -> None:
    """With `[]` it replaces them in one UpdateAddon; the way back is told, for it needs a hand."""
    stack = declared(tmp_path, aws, "irsa")
    stack.up(_explicit())

    refused = stack.refused(_explicit(service_account_role_arn=_IRSA))
    moved = stack.up(_cni(pod_identity_associations=[], service_account_role_arn=_IRSA))
    unchanged = stack.up(_cni(service_account_role_arn=_IRSA))
    irsa = _describe(stack)["serviceAccountRoleArn"]
    stack.declare(_explicit())
    stuck = stack.program.preview()
    aws.client("eks").update_addon(clusterName="irsa", addonName="vpc-cni")
    refresh = stack.program.pulumi("refresh", "--yes", "--skip-preview")
    back = stack.up(_explicit())

    assert "[addon-irsa-and-pod-identity]" in refused
    assert moved == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")
    assert unchanged == ()
    assert irsa == _IRSA
    assert stuck.code != 0
    assert "[addon-irsa-role-removed]" in stuck.output
    assert "aws eks update-addon --cluster-name irsa --addon-name vpc-cni" in stuck.output
    assert refresh.code == 0, refresh.output
    assert back == ("CreateRole", "AttachRolePolicy", "UpdateAddon")
    assert "serviceAccountRoleArn" not in _describe(stack)


def test_auto_apply_gives_what_is_recommended_and_an_empty_list_opts_out(
    aws: Emulated, tmp_path: Path
) -> None:
    """Where EKS recommends nothing it makes nothing, and says nothing."""
    stack = declared(tmp_path, aws, "auto")

    first = stack.up(_auto_applied({"name": "vpc-cni"}))
    opted_out = stack.up(_auto_applied({"name": "vpc-cni", "podIdentityAssociations": []}))

    assert sorted(first) == ["AttachRolePolicy", "CreateAddon", "CreateAddon", "CreateRole"]
    assert opted_out == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")


def _auto_applied(addon: Mapping[str, Any]) -> Component:
    config = {
        "metadata": {"name": "auto", "region": REGION},
        "addonsConfig": {"autoApplyPodIdentityAssociations": True},
        "autoModeConfig": {"enabled": True},
        "x-eks-pod-identity": {"agent": "external"},
        "addons": [addon, {"name": "coredns"}],
    }
    return Component("ClusterPodIdentities", "all", {"config": json.dumps(config)})


def test_version_and_configuration_change_the_software_alone(aws: Emulated, tmp_path: Path) -> None:
    """One UpdateAddon each; a partial version and `latest` mean what EKS lists; roles stay."""
    stack = declared(tmp_path, aws, "software")
    stack.up(_explicit(addon_version="v1.19"))
    partial = _describe(stack)["addonVersion"]
    first = stack.association(_CNI)

    pinned = stack.up_as_previewed(_explicit(addon_version="v1.20.5-eksbuild.1"))
    same = stack.up(_explicit(addon_version="v1.20"))
    latest = stack.up(_explicit(addon_version="latest"))
    configured = stack.up_as_previewed(
        _explicit(
            addon_version="latest", configuration_values='{"env": {"ENABLE_POD_ENI": "true"}}'
        )
    )

    assert partial == "v1.19.2-eksbuild.1"
    assert pinned == latest == configured == ("UpdateAddon",)
    assert same == ()
    assert _describe(stack)["addonVersion"] == "v1.23.0-eksbuild.1"
    assert stack.outputs()["cni.addon_version"] == "v1.23.0-eksbuild.1"
    assert stack.association(_CNI)["associationId"] == first["associationId"]


def test_renamed_service_account_follows_the_version_that_runs(
    aws: Emulated, tmp_path: Path
) -> None:
    """While no version is asked for, the account is that of the installed one, not of the newest.

    v1.0.1 of this add-on renamed it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-troubleshooting.html.
    """
    stack = declared(tmp_path, aws, "renamed")
    flow = "aws-network-flow-monitoring-agent"
    old, new = f"{flow}-service-account", "aws-network-flow-monitor-agent-service-account"

    def monitor(**args: object) -> Component:
        return Component("Addon", "flow", {"addon_name": flow, **args})

    def account(name: str) -> list[dict[str, str]]:
        return [{"service_account": name, "role_arn": _MINE}]

    stack.up(monitor(addon_version="v1.0.0", use_default_pod_identity_associations=True))
    default = stack.up_as_previewed(monitor(use_default_pod_identity_associations=True))
    kept = stack.up_as_previewed(monitor(pod_identity_associations=account(old)))
    too_new = stack.refused(monitor(pod_identity_associations=account(new)))
    too_old = stack.refused(monitor(pod_identity_associations=account(old), addon_version="v1.1.0"))
    moved = stack.up_as_previewed(
        monitor(pod_identity_associations=account(new), addon_version="v1.1.0")
    )

    assert default == ()
    assert kept == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")
    assert "v1.0.0-eksbuild.4 is installed, and stays while no version is asked for" in too_new
    for refusal in (too_new, too_old):
        assert "[addon-service-account-unsupported]" in refusal
    assert moved == ("UpdateAddon",)
    assert list(aws.associations("renamed")) == [f"amazon-network-flow-monitor/{new}"]


def test_removed_addon_takes_along_its_associations_and_roles(
    aws: Emulated, tmp_path: Path
) -> None:
    """What was made for it goes; the role that its user brought stays."""
    stack = declared(tmp_path, aws, "removed")
    brought = {"service_account": "ebs-csi-controller-sa", "role_arn": _MINE}
    ebs = {"addon_name": "aws-ebs-csi-driver", "pod_identity_associations": [brought]}
    before = aws.role_names()
    stack.up(_AGENT, _explicit(), Component("Addon", "ebs", ebs))

    removed = stack.up_as_previewed(_AGENT)

    assert sorted(removed) == ["DeleteAddon", "DeleteAddon", "DeleteRole", "DetachRolePolicy"]
    assert aws.associations("removed") == {}
    assert aws.role_names() == before


def test_agent_comes_first_and_goes_last(aws: Emulated, tmp_path: Path) -> None:
    """Whatever depends on the component is made after the agent's add-on and deleted before it."""
    stack = declared(tmp_path, aws, "agent")
    role = {"namespace": "dev", "service_account": "app", "role_arn": _MINE}
    stack.declare(
        _AGENT,
        Component("Addon", "cni", _explicit().args, depends_on=("agent",)),
        Component("PodIdentityAssociation", "app", role, depends_on=("agent",)),
    )
    aws.writes()

    assert stack.program.up().code == 0
    made = [_named(call) for call in aws.write_calls()]
    assert stack.program.destroy().code == 0
    deleted = [_named(call) for call in aws.write_calls()]

    assert made.index("CreateAddon eks-pod-identity-agent") < min(
        made.index("CreateAddon vpc-cni"), made.index("CreatePodIdentityAssociation app")
    )
    assert deleted[-1] == "DeleteAddon eks-pod-identity-agent"


def test_preserved_addon_keeps_associations_and_roles(aws: Emulated, tmp_path: Path) -> None:
    """Software, associations and permissions outlive the stack; nothing but the record goes."""
    stack = declared(tmp_path, aws, "kept")
    stack.up(_explicit(preserve=True))
    role = stack.association(_CNI)["roleArn"].rsplit("/", 1)[-1]
    aws.writes()

    run = stack.program.destroy()

    assert run.code == 0, run.output
    (call,) = aws.write_calls()
    assert (call["operation"], call["parameters"]["preserve"]) == ("DeleteAddon", True)
    assert stack.association(_CNI)["roleArn"].endswith(role)
    attached = aws.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [entry["PolicyName"] for entry in attached] == ["AmazonEKS_CNI_Policy"]


def test_what_preserve_kept_is_told_when_it_is_declared_again(
    aws: Emulated, tmp_path: Path
) -> None:
    """The roles come back by `recover`; the associations have to go before the add-on can come."""
    stack = declared(tmp_path, aws, "again")
    stack.up(_AGENT, _explicit(preserve=True))
    stack.up(_AGENT)
    stack.declare(_AGENT, _explicit())

    preview = stack.program.preview()
    kept = stack.association(_CNI)["associationId"]
    aws.client("eks").delete_pod_identity_association(clusterName="again", associationId=kept)
    stopped = stack.program.up()  # which makes the component anew
    recovered = recover(stack.program, "--yes")
    writes = stack.up()

    assert (preview.code != 0, stopped.code != 0) == (True, True)
    assert "[service-account-already-associated]" in preview.output
    assert f"it stayed when the add-on was deleted with preserve: {_delete('again', kept)}" in (
        preview.output
    )
    assert "or for an add-on with preserve [role-exists]" in preview.output
    assert recovered.code == 0, recovered.output
    assert writes == ("CreateAddon",)


def _delete(cluster: str, id_: str) -> str:
    options = f"--cluster-name {cluster} --association-id {id_}"
    return f"aws eks delete-pod-identity-association {options}"


def test_omitted_list_is_refused_for_a_single_addon(aws: Emulated, tmp_path: Path) -> None:
    """The guard of a whole cluster holds for the component alone; `[]` passes it."""
    stack = declared(tmp_path, aws, "guarded")
    stack.up(_explicit())
    role = stack.association(_CNI)["roleArn"]

    refused = stack.refused(_cni())
    cleared = stack.up(_cni(pod_identity_associations=[]))
    omitted = stack.up(_cni())

    assert "[addon-associations-omitted]" in refused
    assert f"aws-node -> {role}" in refused
    assert "pass pod_identity_associations=[]" in refused
    assert cleared == ("UpdateAddon", "DetachRolePolicy", "DeleteRole")
    assert omitted == ()


def test_failed_update_is_an_error_in_the_words_of_eks(tmp_path: Path) -> None:
    """An add-on that EKS cannot update stops the run, and what depends on it is left alone."""
    outcome = {"status": "UPDATE_FAILED", "code": "ConfigurationConflict", "message": "a conflict"}
    with empty_clusters(tmp_path, "sick", addonOutcomes={"vpc-cni": outcome}) as aws:
        stack = declared(tmp_path / "program", aws, "sick")
        stack.up(_explicit())
        stack.declare(_cni(pod_identity_associations=[]))

        run = stack.program.up()
        roles = aws.role_names()

    assert run.code != 0
    assert "ConfigurationConflict: a conflict" in run.output
    assert any(name.startswith("sick-kube-system-aws-node") for name in roles)
