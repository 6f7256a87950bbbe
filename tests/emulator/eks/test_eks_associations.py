"""Pod identity associations: create, describe, update, delete."""

import json
from datetime import timedelta

import pytest
from harness.eks import ACCOUNT, CALLER, CLUSTER, Eks

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.settings import Settings

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
TARGET = "arn:aws:iam::444455556666:role/target"


def test_create_answers_with_the_whole_association(eks: Eks) -> None:
    """A new association has an id of 19 characters, an ARN that ends in it, and both times."""
    role = eks.iam.declare_role("reader")

    association = eks.associate("app1", "app1", roleArn=role, tags={"team": "one"})

    id_ = association["associationId"]
    assert association == {
        "clusterName": CLUSTER,
        "namespace": "app1",
        "serviceAccount": "app1",
        "associationArn": f"arn:aws:eks:eu-west-1:{ACCOUNT}:podidentityassociation/{CLUSTER}/{id_}",
        "associationId": id_,
        "roleArn": role,
        "tags": {"team": "one"},
        "createdAt": eks.clock.now(),
        "modifiedAt": eks.clock.now(),
        "disableSessionTags": False,
    }
    assert len(id_) == 19
    assert id_.startswith("a-")
    assert eks.association(id_) == association


def test_target_role_brings_an_external_id(eks: Eks) -> None:
    """The external id spells region, account, cluster, namespace and service account."""
    association = eks.associate("app1", "sa", targetRoleArn=TARGET)

    assert association["targetRoleArn"] == TARGET
    assert association["externalId"] == f"eu-west-1/{ACCOUNT}/{CLUSTER}/app1/sa"


def test_second_association_of_a_service_account_is_refused_with_the_first_ones_id(
    eks: Eks,
) -> None:
    """A service account has one association per cluster; the refusal names it."""
    first = eks.associate("app1", "sa")

    refusal = eks.refusal(
        "CreatePodIdentityAssociation",
        clusterName=CLUSTER,
        namespace="app1",
        serviceAccount="sa",
        roleArn=first["roleArn"],
    )

    assert refusal.code == "ResourceInUseException"
    assert refusal.status == 409
    assert refusal.message == f"Association already exists: {first['associationId']}"


def test_same_service_account_name_in_another_namespace_is_free(eks: Eks) -> None:
    """The pair counts, not the name."""
    assert (
        eks.associate("one", "sa")["associationId"] != eks.associate("two", "sa")["associationId"]
    )


def test_deleted_association_is_gone_and_its_service_account_free(eks: Eks) -> None:
    """After a delete, describe says not found and the pair can be associated again."""
    first = eks.associate("app1", "sa")

    answer = eks.call(
        "DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=first["associationId"]
    )

    assert answer["association"] == first
    refusal = eks.refusal(
        "DescribePodIdentityAssociation", clusterName=CLUSTER, associationId=first["associationId"]
    )
    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)
    assert eks.associate("app1", "sa")["associationId"] != first["associationId"]


@pytest.mark.parametrize(
    "operation",
    [
        "DescribePodIdentityAssociation",
        "UpdatePodIdentityAssociation",
        "DeletePodIdentityAssociation",
    ],
)
def test_id_of_another_length_is_refused_in_ekss_words(eks: Eks, operation: str) -> None:
    """An id that is not 19 characters long is a faulty parameter, not an unknown id."""
    refusal = eks.refusal(operation, clusterName=CLUSTER, associationId="a-short")

    assert refusal.code == "InvalidParameterException"
    assert refusal.message == "The parameter associationId should be 19 characters long."


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        (
            "CreatePodIdentityAssociation",
            {"namespace": "a", "serviceAccount": "b", "roleArn": "arn"},
        ),
        ("ListPodIdentityAssociations", {}),
        ("DescribePodIdentityAssociation", {"associationId": "a-12345678901234567"}),
        ("UpdatePodIdentityAssociation", {"associationId": "a-12345678901234567"}),
        ("DeletePodIdentityAssociation", {"associationId": "a-12345678901234567"}),
    ],
)
def test_missing_cluster_is_named(eks: Eks, operation: str, params: dict[str, str]) -> None:
    """Every operation says which cluster it did not find."""
    refusal = eks.refusal(operation, clusterName="nope", **params)

    assert refusal.code == "ResourceNotFoundException"
    assert refusal.message == "No cluster found for name: nope."
    assert refusal.fields == {"clusterName": "nope"}


def test_update_changes_what_is_given_and_keeps_the_rest(eks: Eks) -> None:
    """Members that are absent stay, the time of the change moves."""
    before = eks.associate("app1", "sa", targetRoleArn=TARGET, tags={"team": "one"})
    role = eks.iam.declare_role("other")
    eks.clock.advance(60)

    answer = eks.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
        roleArn=role,
    )

    expected = before | {
        "roleArn": role,
        "modifiedAt": before["createdAt"] + timedelta(seconds=60),
    }
    assert answer["association"] == expected
    assert eks.association(before["associationId"]) == expected


def test_empty_target_role_takes_it_away(eks: Eks) -> None:
    """An empty text removes the target role and with it the external id."""
    before = eks.associate("app1", "sa", targetRoleArn=TARGET)

    eks.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
        targetRoleArn="",
    )

    after = eks.association(before["associationId"])
    assert "targetRoleArn" not in after
    assert "externalId" not in after


def test_update_with_the_same_role_is_accepted(eks: Eks) -> None:
    """Eksctl sends the role it has when only permissions changed; EKS takes it."""
    before = eks.associate("app1", "sa")

    answer = eks.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
        roleArn=before["roleArn"],
    )

    assert answer["association"]["roleArn"] == before["roleArn"]


def test_update_without_any_changeable_member_is_refused(eks: Eks) -> None:
    """An update must say what to change."""
    before = eks.associate("app1", "sa")

    refusal = eks.refusal(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
    )

    assert refusal.code == "InvalidParameterException"


def test_refused_update_changes_nothing(eks: Eks) -> None:
    """A role that does not exist leaves the other members of the request undone."""
    before = eks.associate("app1", "sa", targetRoleArn=TARGET)

    eks.refusal(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
        targetRoleArn="",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody",
    )

    assert eks.association(before["associationId"]) == before


def test_session_policy_is_kept_and_taken_away_by_an_empty_text(eks: Eks) -> None:
    """A policy comes with the session tags off; "" removes it."""
    before = eks.associate("app1", "sa", policy=POLICY, disableSessionTags=True)
    assert before["policy"] == POLICY

    eks.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=before["associationId"],
        policy="",
    )

    assert "policy" not in eks.association(before["associationId"])


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"policy": POLICY}, id="policy-with-session-tags"),
        pytest.param(
            {"policy": POLICY, "disableSessionTags": False}, id="policy-with-tags-in-words"
        ),
        pytest.param({"policy": "{not json", "disableSessionTags": True}, id="policy-no-json"),
        pytest.param({"policy": '"text"', "disableSessionTags": True}, id="policy-no-object"),
        pytest.param(
            {"policy": json.dumps({"a": "x" * 2048}), "disableSessionTags": True},
            id="policy-too-long",
        ),
        pytest.param({"targetRoleArn": "target"}, id="target-no-arn"),
        pytest.param(
            {"targetRoleArn": "arn:aws:iam::444455556666:user/target"}, id="target-no-role"
        ),
        pytest.param({"tags": {"aws:mine": "x"}}, id="tag-key-reserved"),
        pytest.param({"tags": {"AWS:mine": "x"}}, id="tag-key-reserved-in-capitals"),
        pytest.param({"tags": {"mine": "aws:x"}}, id="tag-value-reserved"),
        pytest.param({"tags": {str(n): "x" for n in range(51)}}, id="51-tags"),
        pytest.param({"tags": {"k" * 129: "x"}}, id="tag-key-too-long"),
        pytest.param({"tags": {"k": "v" * 257}}, id="tag-value-too-long"),
        pytest.param({"namespace": "*"}, id="namespace-wildcard"),
        pytest.param({"namespace": "n" * 64}, id="namespace-too-long"),
        pytest.param({"serviceAccount": "*"}, id="service-account-wildcard"),
        pytest.param({"serviceAccount": "Upper"}, id="service-account-upper-case"),
    ],
)
def test_faulty_member_is_refused_and_nothing_is_made(eks: Eks, fault: dict[str, object]) -> None:
    """One broken member in a good request is an InvalidParameterException."""
    good = {
        "namespace": "app1",
        "serviceAccount": "sa",
        "roleArn": eks.iam.declare_role("reader"),
    }

    refusal = eks.refusal("CreatePodIdentityAssociation", clusterName=CLUSTER, **good | fault)

    assert refusal.code == "InvalidParameterException"
    assert eks.associations() == []


def test_fifty_tags_are_allowed(eks: Eks) -> None:
    """The limit itself is fine."""
    tags = {str(n): "x" for n in range(50)}

    assert eks.associate("app1", "sa", tags=tags)["tags"] == tags


@pytest.mark.parametrize("change", [{"policy": POLICY}, {"disableSessionTags": False}])
def test_update_holds_policy_and_session_tags_together(eks: Eks, change: dict[str, object]) -> None:
    """Neither may a policy come while tags are on, nor tags while a policy stays."""
    with_policy = eks.associate("app1", "one", policy=POLICY, disableSessionTags=True)
    without = eks.associate("app1", "two")
    id_ = (without if "policy" in change else with_policy)["associationId"]

    refusal = eks.refusal(
        "UpdatePodIdentityAssociation", clusterName=CLUSTER, associationId=id_, **change
    )

    assert refusal.code == "InvalidParameterException"


def test_limit_per_cluster_is_a_resource_limit() -> None:
    """The association past the limit is refused; one deleted makes room again."""
    eks = Eks(Settings(association_limit=2))
    first = eks.associate("app1", "one")
    eks.associate("app1", "two")
    role = eks.iam.declare_role("three")
    third = {"clusterName": CLUSTER, "namespace": "a", "serviceAccount": "b", "roleArn": role}

    assert eks.refusal("CreatePodIdentityAssociation", **third).code == (
        "ResourceLimitExceededException"
    )

    eks.call(
        "DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=first["associationId"]
    )
    eks.call("CreatePodIdentityAssociation", **third)


@pytest.mark.parametrize("status", ["CREATING", "DELETING", "FAILED"])
def test_cluster_that_does_not_stand_takes_no_association(status: str) -> None:
    """While a cluster is made or deleted, associations are refused."""
    seed = (
        f'accounts: {{"{ACCOUNT}": {{regions: {{eu-west-1: '
        f"{{clusters: [{{name: {CLUSTER}, status: {status}}}]}}}}}}}}"
    )
    eks = Eks(seed=seed)

    refusal = eks.refusal(
        "CreatePodIdentityAssociation",
        clusterName=CLUSTER,
        namespace="a",
        serviceAccount="b",
        roleArn=eks.iam.declare_role("reader"),
    )

    assert refusal.code == "InvalidRequestException"


@pytest.mark.parametrize(
    "other", [Caller("444455556666", "eu-west-1"), Caller(ACCOUNT, "us-east-1")]
)
def test_accounts_and_regions_are_kept_apart(eks: Eks, other: Caller) -> None:
    """Another account or region knows nothing of the cluster."""
    assert eks.call("ListClusters", caller=CALLER)["clusters"] == [CLUSTER]
    assert eks.call("ListClusters", caller=other)["clusters"] == []
    assert eks.refusal("DescribeCluster", caller=other, name=CLUSTER).status == 404


def test_pods_see_an_association_once_it_has_spread() -> None:
    """The spread delay hides an association from the Kubernetes side, not from the API."""
    eks = Eks(Settings(association_spread_seconds=5))
    id_ = eks.associate("app1", "sa")["associationId"]

    assert eks.association(id_)["serviceAccount"] == "sa"
    assert eks.service.association_visible(CALLER, CLUSTER, "app1", "sa") is None
    assert eks.service.associations_visible(CALLER, CLUSTER) == ()

    eks.clock.advance(5)

    seen = eks.service.association_visible(CALLER, CLUSTER, "app1", "sa")
    assert seen is not None
    assert seen.id == id_
    assert eks.service.associations_visible(CALLER, CLUSTER) == (seen,)
