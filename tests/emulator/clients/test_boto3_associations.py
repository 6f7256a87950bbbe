"""Pod identity associations by boto3: create, update, clear, conflict, pages, tags."""

from typing import Any

from harness.aws_account import AwsAccount, Refusal, refusal

_TARGET = "arn:aws:iam::444455556666:role/archive"
_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


def _associate(aws: AwsAccount, account: str = "api", **members: object) -> dict[str, Any]:
    request = {
        "clusterName": "demo",
        "namespace": "web",
        "serviceAccount": account,
        "roleArn": f"arn:aws:iam::{aws.id}:role/app",
    }
    answer = aws.eks.create_pod_identity_association(**request | members)
    found: dict[str, Any] = answer["association"]
    return found


def test_every_member_of_an_association_is_as_it_was_given(cluster: AwsAccount) -> None:
    """What CreatePodIdentityAssociation answers is what Describe shows from then on."""
    made = _associate(
        cluster,
        targetRoleArn=_TARGET,
        disableSessionTags=True,
        policy=_POLICY,
        tags={"team": "shop"},
    )
    arn = f"arn:aws:eks:eu-west-1:{cluster.id}:podidentityassociation/demo/"

    described = cluster.eks.describe_pod_identity_association(
        clusterName="demo", associationId=made["associationId"]
    )["association"]

    assert described == made
    assert made["associationArn"] == arn + made["associationId"]
    assert len(made["associationId"]) == 19
    assert (made["targetRoleArn"], made["policy"]) == (_TARGET, _POLICY)
    assert made["disableSessionTags"] is True
    assert made["externalId"] == f"eu-west-1/{cluster.id}/demo/web/api"
    assert made["tags"] == {"team": "shop"}
    assert "ownerArn" not in made


def test_empty_texts_and_tags_at_creation_are_none(
    cluster: AwsAccount,
    unchecked_eks: Any,  # noqa: ANN401 - boto3's clients have no static type here
) -> None:
    """Some clients send what they do not have as empty; eksctl sends no tags as {}."""
    made = unchecked_eks.create_pod_identity_association(
        clusterName="demo",
        namespace="web",
        serviceAccount="api",
        roleArn=f"arn:aws:iam::{cluster.id}:role/app",
        targetRoleArn="",
        policy="",
        tags={},
    )["association"]

    assert made["tags"] == {}
    assert not {"targetRoleArn", "policy", "externalId"} & set(made)


def test_update_changes_what_is_given_and_clears_what_is_empty(cluster: AwsAccount) -> None:
    """Absent members stay; an empty target role or policy goes."""
    made = _associate(cluster, disableSessionTags=True, policy=_POLICY, targetRoleArn=_TARGET)
    names = {"clusterName": "demo", "associationId": made["associationId"]}
    role = cluster.declare_role("other")

    changed = cluster.eks.update_pod_identity_association(**names, roleArn=role)["association"]
    assert changed == made | {"roleArn": role, "modifiedAt": changed["modifiedAt"]}

    cleared = cluster.eks.update_pod_identity_association(**names, targetRoleArn="", policy="")
    gone = {"targetRoleArn", "policy", "externalId"}
    assert set(changed) - set(cleared["association"]) == gone
    assert cleared["association"]["disableSessionTags"] is True


def test_second_association_of_a_service_account_conflicts(cluster: AwsAccount) -> None:
    """The refusal names the association that is there, as typed exception and in its text."""
    made = _associate(cluster)
    eks = cluster.eks
    try:
        _associate(cluster)
    except eks.exceptions.ResourceInUseException as caught:
        answer = caught.response
    assert answer["Error"]["Message"] == f"Association already exists: {made['associationId']}"
    assert answer["clusterName"] == "demo"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_deleted_association_is_gone_and_its_place_is_free(cluster: AwsAccount) -> None:
    """Delete answers with what there was; describing and deleting it again find nothing."""
    made = _associate(cluster)
    names = {"clusterName": "demo", "associationId": made["associationId"]}
    gone = Refusal(
        "ResourceNotFoundException",
        f"No pod identity association found for ID: {made['associationId']}",
        404,
    )

    deleted = cluster.eks.delete_pod_identity_association(**names)["association"]

    assert deleted == made
    assert refusal(cluster.eks.describe_pod_identity_association, **names) == gone
    assert refusal(cluster.eks.delete_pod_identity_association, **names) == gone
    assert _associate(cluster)["associationId"] != made["associationId"]


def test_paginator_walks_all_pages_without_roles(cluster: AwsAccount) -> None:
    """A page has at most 100 associations, and no list shows a role."""
    for number in range(101):
        _associate(cluster, f"sa-{number}")
    paginator = cluster.eks.get_paginator("list_pod_identity_associations")

    sizes = [len(page["associations"]) for page in paginator.paginate(clusterName="demo")]
    tens = paginator.paginate(clusterName="demo", PaginationConfig={"PageSize": 10})
    listed = tens.build_full_result()["associations"]

    assert sizes == [100, 1]
    assert len({entry["associationId"] for entry in listed}) == 101
    assert set(listed[0]) == {
        "clusterName",
        "namespace",
        "serviceAccount",
        "associationArn",
        "associationId",
    }


def test_lists_filter_by_namespace_and_service_account(cluster: AwsAccount) -> None:
    """An association can be looked up by both names, as eksctl and the agent do."""
    for account in ("a", "b"):
        _associate(cluster, account)
    _associate(cluster, "a", namespace="jobs")

    def names(**filters: str) -> list[tuple[str, str]]:
        found = cluster.eks.list_pod_identity_associations(clusterName="demo", **filters)
        return [(entry["namespace"], entry["serviceAccount"]) for entry in found["associations"]]

    assert names(namespace="web") == [("web", "a"), ("web", "b")]
    assert names(serviceAccount="a") == [("web", "a"), ("jobs", "a")]
    assert names(namespace="jobs", serviceAccount="a") == [("jobs", "a")]
    assert names(namespace="none") == []


def test_tags_are_kept_through_updates(cluster: AwsAccount) -> None:
    """TagResource and UntagResource change tags by ARN; other updates leave them alone."""
    made = _associate(cluster, tags={"team": "shop"})
    arn = made["associationArn"]
    cluster.eks.tag_resource(resourceArn=arn, tags={"stage": "dev"})
    cluster.eks.untag_resource(resourceArn=arn, tagKeys=["team"])
    cluster.eks.update_pod_identity_association(
        clusterName="demo", associationId=made["associationId"], disableSessionTags=True
    )

    assert cluster.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "dev"}
