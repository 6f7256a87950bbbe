"""Tags of clusters, add-ons and associations, by ARN."""

import pytest
from harness.eks import CLUSTER, Eks


@pytest.fixture(params=["cluster", "addon", "association"])
def arn(request: pytest.FixtureRequest, eks: Eks) -> str:
    """ARN of a resource without tags, of each kind in turn."""
    if request.param == "cluster":
        arn: str = eks.call("DescribeCluster", name=CLUSTER)["cluster"]["arn"]
    elif request.param == "addon":
        arn = eks.install("coredns")["addonArn"]
    else:
        arn = eks.associate("app1", "sa")["associationArn"]
    return arn


def tags(eks: Eks, arn: str) -> dict[str, str]:
    """Return the tags of a resource."""
    answer: dict[str, str] = eks.call("ListTagsForResource", resourceArn=arn)["tags"]
    return answer


def test_tags_are_added_changed_and_taken_away(eks: Eks, arn: str) -> None:
    """New keys come, known keys get the new value, removed keys go, unknown ones do not matter."""
    eks.call("TagResource", resourceArn=arn, tags={"a": "1", "b": "2"})
    eks.call("TagResource", resourceArn=arn, tags={"b": "3"})
    eks.call("UntagResource", resourceArn=arn, tagKeys=["a", "nope"])

    assert tags(eks, arn) == {"b": "3"}


def test_fifty_first_tag_is_refused_whole(eks: Eks, arn: str) -> None:
    """The limit counts what is there already; a refused request adds nothing."""
    eks.call("TagResource", resourceArn=arn, tags={str(n): "x" for n in range(49)})

    refusal = eks.refusal("TagResource", resourceArn=arn, tags={"a": "1", "b": "2"})

    assert refusal.code == "BadRequestException"
    assert len(tags(eks, arn)) == 49


def test_reserved_prefix_is_refused(eks: Eks, arn: str) -> None:
    """Keys that begin with aws: are AWS's own."""
    assert eks.refusal("TagResource", resourceArn=arn, tags={"aws:x": "y"}).code == (
        "BadRequestException"
    )


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("TagResource", {"tags": {"a": "b"}}),
        ("UntagResource", {"tagKeys": ["a"]}),
        ("ListTagsForResource", {}),
    ],
)
def test_unknown_arn_is_not_found(eks: Eks, operation: str, more: dict[str, object]) -> None:
    """The tag operations have a NotFoundException of their own."""
    refusal = eks.refusal(operation, resourceArn="arn:aws:eks:::cluster/nope", **more)

    assert (refusal.code, refusal.status) == ("NotFoundException", 404)


def test_tags_show_in_the_description(eks: Eks) -> None:
    """What the tag operations do is what describe shows."""
    association = eks.associate("app1", "sa", tags={"a": "1"})

    eks.call("TagResource", resourceArn=association["associationArn"], tags={"b": "2"})

    assert eks.association(association["associationId"])["tags"] == {"a": "1", "b": "2"}


def test_deleted_resources_have_no_tags_any_more(eks: Eks) -> None:
    """With an association or an add-on its ARN goes."""
    association = eks.associate("app1", "sa")
    addon = eks.install("coredns")

    eks.call(
        "DeletePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=association["associationId"],
    )
    eks.call("DeleteAddon", clusterName=CLUSTER, addonName="coredns")
    eks.settle()

    for arn in (association["associationArn"], addon["addonArn"]):
        assert eks.refusal("ListTagsForResource", resourceArn=arn).status == 404
