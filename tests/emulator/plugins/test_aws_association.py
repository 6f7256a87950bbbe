"""Pod identity associations of the aws plugin, against the emulator."""

import json
import re
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from botocore.client import BaseClient
from harness.call_log import CallLog
from harness.emulator import RunningEmulator
from harness.plugin_engine import UNKNOWN, ProviderClient, Resource
from harness.policy_documents import permission, trust

ROLE = "aws:iam/role:Role"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
TARGET = "arn:aws:iam::444455556666:role/target"


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


def wanted(account: str, role: str, **more: object) -> dict[str, Any]:
    """Return the arguments of an association."""
    fixed = {"clusterName": "demo", "namespace": "default", "serviceAccount": account}
    return {**fixed, "roleArn": role, **more}


def described(eks: BaseClient, association: Resource) -> dict[str, Any]:
    """Return what EKS has."""
    answer = eks.describe_pod_identity_association(clusterName="demo", associationId=association.id)
    found: dict[str, Any] = answer["association"]
    return found


def test_association_takes_one_write(provider: ProviderClient, role: str, calls: CallLog) -> None:
    """Tags, target role and switches go with the creation."""
    news = wanted("one", role, targetRoleArn=TARGET, disableSessionTags=True, tags={"a": "1"})

    made = provider.make(ASSOCIATION, "one", news)

    assert calls.operations() == ["CreatePodIdentityAssociation"]
    assert made.id == made.state["associationId"]
    assert made.state["associationArn"].endswith(f":podidentityassociation/demo/{made.id}")
    assert made.state["externalId"]
    assert made.state["tagsAll"] == {"a": "1"}
    assert made.state["region"] == "eu-west-1"


def test_preview_knows_what_is_given(provider: ProviderClient) -> None:
    """Ids are unknown before the creation, an unset target role is known to be none."""
    outputs = provider.preview(ASSOCIATION, "later", wanted("later", UNKNOWN))

    assert {outputs[n] for n in ("associationId", "externalId", "roleArn")} == {UNKNOWN}
    assert outputs["targetRoleArn"] is None
    assert outputs["disableSessionTags"] is False


@pytest.mark.parametrize("name", ["clusterName", "namespace", "serviceAccount", "region"])
def test_whom_it_is_for_cannot_change(provider: ProviderClient, role: str, name: str) -> None:
    """Another cluster, namespace, service account or region is another association."""
    news = wanted(f"fixed-{name.lower()}", role)
    made = provider.make(ASSOCIATION, "fixed", news)

    plan = provider.diff(made, {**news, name: "us-east-1"})

    assert plan.replaces == (name,)
    assert not plan.delete_first


def test_role_target_and_switches_change_in_place(
    provider: ProviderClient, eks: BaseClient, role: str, calls: CallLog
) -> None:
    """One call brings everything that differs."""
    news = wanted("changing", role)
    made = provider.make(ASSOCIATION, "changing", news)
    policy = json.dumps(permission("s3:Get*"))
    news |= {"targetRoleArn": TARGET, "disableSessionTags": True, "policy": policy}
    calls.forget()

    plan = provider.diff(made, news)
    changed = provider.change(made, news)

    assert plan.steps == {
        "disableSessionTags": "add",
        "externalId": "add",
        "policy": "add",
        "targetRoleArn": "add",
    }
    assert calls.writes() == ["UpdatePodIdentityAssociation"]
    found = described(eks, changed)
    assert (found["targetRoleArn"], found["disableSessionTags"]) == (TARGET, True)
    assert changed.state["externalId"] == found["externalId"]


def test_preview_of_an_update_cannot_tell_the_external_id(
    provider: ProviderClient, role: str
) -> None:
    """The real resource lets the external id become unknown at every update."""
    news = wanted("external", role, targetRoleArn=TARGET)
    made = provider.make(ASSOCIATION, "external", news)

    preview = provider.change(made, {**news, "tags": {"a": "1"}}, preview=True)
    changed = provider.change(made, {**news, "tags": {"a": "1"}})

    assert preview.state["externalId"] == UNKNOWN
    assert changed.state["externalId"] == made.state["externalId"]


def test_tags_alone_are_written_alone(provider: ProviderClient, role: str, calls: CallLog) -> None:
    """A changed tag does not touch the role of the pods."""
    made = provider.make(ASSOCIATION, "tags", wanted("tags", role, tags={"a": "1", "b": "1"}))
    calls.forget()

    provider.change(made, wanted("tags", role, tags={"a": "2"}))

    assert calls.writes() == ["UntagResource", "TagResource"]


def test_target_role_that_is_taken_away_stays_in_aws(
    provider: ProviderClient, eks: BaseClient, role: str, calls: CallLog
) -> None:
    """The real provider leaves it out of the update, EKS keeps it, a refresh finds it again."""
    made = provider.make(ASSOCIATION, "keeps", wanted("keeps", role, targetRoleArn=TARGET))
    calls.forget()

    changed = provider.change(made, wanted("keeps", role))

    [sent] = calls.parameters("UpdatePodIdentityAssociation")
    assert "targetRoleArn" not in sent
    assert changed.state["targetRoleArn"] is None
    assert provider.diff(changed, wanted("keeps", role)).steps == {}
    assert described(eks, changed)["targetRoleArn"] == TARGET
    seen = provider.refresh(changed)
    assert seen
    assert provider.diff(seen, wanted("keeps", role)).steps == {
        "externalId": "update",
        "targetRoleArn": "delete",
    }


def test_role_that_eks_does_not_know_yet_is_tried_again(
    configured: Callable[..., ProviderClient], emulator_with: Callable[..., RunningEmulator]
) -> None:
    """IAM's delay is waited out, as the real provider does (terraform-provider-aws #34717)."""
    slow = emulator_with({"iamSpreadSeconds": 0.4})
    provider = configured(slow.url)
    role = provider.make(ROLE, "fresh", {"assumeRolePolicy": trust()})
    log = CallLog(slow)
    log.forget()

    provider.make(ASSOCIATION, "fresh", wanted("fresh", role.state["arn"]))

    assert log.writes().count("CreatePodIdentityAssociation") > 1


def test_role_that_never_comes_is_told_in_aws_s_words(provider: ProviderClient) -> None:
    """After the time of propagation the error of EKS stands."""
    with pytest.raises(grpc.RpcError) as caught:
        provider.make(ASSOCIATION, "none", wanted("none", "arn:aws:iam::111122223333:role/none"))

    text = caught.value.details()
    assert text.startswith("creating EKS Pod Identity Association: operation error EKS: ")
    assert "InvalidParameterException: Role provided in the request does not exist" in text


def test_second_association_is_refused_with_the_id_of_the_first(
    provider: ProviderClient, role: str
) -> None:
    """A conflict is not tried again and names what is in the way."""
    first = provider.make(ASSOCIATION, "first", wanted("twice", role))

    with pytest.raises(grpc.RpcError) as caught:
        provider.make(ASSOCIATION, "second", wanted("twice", role))

    assert "StatusCode: 409" in caught.value.details()
    assert f"ResourceInUseException: Association already exists: {first.id}" in (
        caught.value.details()
    )


def test_association_that_is_gone_is_seen_and_needs_no_deletion(
    provider: ProviderClient, eks: BaseClient, role: str
) -> None:
    """What somebody deleted by hand is made again by the next run."""
    made = provider.make(ASSOCIATION, "gone", wanted("gone", role))
    eks.delete_pod_identity_association(clusterName="demo", associationId=made.id)

    assert provider.refresh(made) is None
    provider.remove(made)


def test_association_is_imported_by_cluster_and_id(
    provider: ProviderClient, eks: BaseClient, role: str
) -> None:
    """The arguments of an import have no difference to what is there."""
    made = eks.create_pod_identity_association(**wanted("hand", role), tags={"a": "1"})
    association_id = made["association"]["associationId"]

    found = provider.adopt(ASSOCIATION, "hand", f"demo,{association_id}")

    assert found
    assert found.id == association_id
    assert found.inputs == {**wanted("hand", role), "region": "eu-west-1", "tags": {"a": "1"}}
    assert provider.diff(found, found.inputs).steps == {}
    assert provider.adopt(ASSOCIATION, "hand", "demo,a-00000000000000000") is None


def test_import_id_of_the_wrong_form_is_told(provider: ProviderClient) -> None:
    """The error says what an id looks like."""
    with pytest.raises(grpc.RpcError, match="use: 'cluster-name,association-id'"):
        provider.adopt(ASSOCIATION, "x", "a-00000000000000000")
