"""Decoding of requests, without a server: forms, routes, and constraints of the models."""

import pytest
from botocore.model import StructureShape

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.constraints import check_types, violations
from eks_pod_identity_emulator.http.models import service_model
from eks_pod_identity_emulator.http.query import decode_query
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.routes import find_route
from eks_pod_identity_emulator.http.signature import SigningScope, read_scope


def _input(service: str, operation: str) -> StructureShape:
    shape = service_model(service).operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape


def _request(
    method: str, path: str, query: str = "", headers: dict[str, str] | None = None
) -> Request:
    return Request(method, path, query, headers or {}, b"", {})


def test_numbered_lists_keep_their_order_beyond_nine() -> None:
    """Item 10 comes after item 9, not after item 1."""
    form = {f"TagKeys.member.{number}": f"k{number}" for number in range(1, 13)}

    found = decode_query(_input("iam", "UntagRole"), {"RoleName": "r", **form}, "query")

    assert found["TagKeys"] == [f"k{number}" for number in range(1, 13)]


def test_empty_list_is_a_list() -> None:
    """Clients send an empty list as `Tags=`."""
    found = decode_query(_input("iam", "CreateRole"), {"Tags": ""}, "query")

    assert found == {"Tags": []}


def test_maps_of_the_query_protocol_are_decoded() -> None:
    """An `entry` list of keys and values is a map."""
    form = {"Attributes.entry.1.key": "A", "Attributes.entry.1.value": "1"}
    shape = service_model("sns").operation_model("CreateTopic").input_shape
    assert isinstance(shape, StructureShape)

    assert decode_query(shape, form, "query") == {"Attributes": {"A": "1"}}


def test_text_where_a_number_belongs_stays_text_and_is_refused() -> None:
    """A number that is none is told by its type, not turned into something else."""
    shape = _input("iam", "ListRoles")
    found = decode_query(shape, {"MaxItems": "many"}, "query")

    with pytest.raises(ApiError, match="str can not be converted to integer"):
        check_types(shape, found)


@pytest.mark.parametrize(
    ("method", "path", "query", "operation"),
    [
        ("GET", "/", "", "ListBuckets"),
        ("GET", "/b", "", "ListObjects"),
        ("GET", "/b", "list-type=2&prefix=x", "ListObjectsV2"),
        ("GET", "/b", "acl", "GetBucketAcl"),
        ("GET", "/b/k", "acl", "GetObjectAcl"),
        ("GET", "/b/k", "uploadId=1", "ListParts"),
        ("PUT", "/b/k", "partNumber=1&uploadId=2", "UploadPart"),
        ("PUT", "/b/k", "", "PutObject"),
        ("POST", "/b", "delete", "DeleteObjects"),
        ("GET", "/b", "lifecycle", "GetBucketLifecycleConfiguration"),
    ],
)
def test_s3_route_is_the_most_precise_one(
    method: str, path: str, query: str, operation: str
) -> None:
    """Of the routes that fit, the one that asks for most is meant."""
    found = find_route("s3", _request(method, path, query))

    assert found is not None
    assert found[0].operation.name == operation


def test_labels_are_decoded_after_the_path_is_cut() -> None:
    """An encoded slash in a label does not end it."""
    found = find_route("eks", _request("GET", "/tags/arn%3Aaws%3Aeks%3A%3A1%3Acluster%2Fdemo"))

    assert found is not None
    assert found[1] == {"resourceArn": "arn:aws:eks::1:cluster/demo"}


def test_patterns_know_ascii_unless_they_name_categories() -> None:
    """A role's name is ASCII, as in Java's \\w; a tag's value may be in any script."""  # noqa: D301 - no raw string, the letter is meant
    shape = _input("iam", "CreateRole")
    params = {
        "RoleName": "rôle",
        "AssumeRolePolicyDocument": "{}",
        "Tags": [{"Key": "équipe", "Value": "日本"}],
    }

    found = violations(shape, params)

    assert [text.split("'")[3] for text in found] == ["roleName"]


def test_violations_name_list_items() -> None:
    """The path to a fault counts list items from 1, as AWS does."""
    params = {"RoleName": "r", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "", "Value": "c"}]}

    found = violations(_input("iam", "TagRole"), params)

    assert any("at 'tags.2.member.key'" in text for text in found)


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        (
            {
                "authorization": "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/eks/"
                "aws4_request, SignedHeaders=host, Signature=0"
            },
            "",
            SigningScope("AK", "eu-west-1", "eks"),
        ),
        (
            {},
            "X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fsts%2Faws4_request",
            SigningScope("AK", "us-east-1", "sts"),
        ),
        (
            {
                "authorization": "AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request, "
                "SignedHeaders=host, Signature=0",
                "x-amz-region-set": "eu-west-1",
            },
            "",
            SigningScope("AK", "eu-west-1", "s3"),
        ),
        ({"authorization": "Bearer abc"}, "", None),
        ({}, "", None),
    ],
)
def test_scope_is_read_from_header_or_query(
    headers: dict[str, str], query: str, expected: SigningScope | None
) -> None:
    """Signed, presigned and multi-region requests tell their scope; others have none."""
    assert read_scope(_request("GET", "/", query, headers)) == expected
