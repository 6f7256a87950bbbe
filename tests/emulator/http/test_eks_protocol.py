"""EKS over HTTP: requests against botocore's model, answers and refusals on the wire."""

import http.client
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import REGION


def _send(
    aws: AwsAccount, method: str, path: str, body: bytes = b"", *, signed: bool = True
) -> tuple[int, dict[str, str], bytes]:
    """Send a request as no SDK would, and return status, headers and body."""
    scope = f"20261121/{REGION}/eks/aws4_request"
    credential = f"AWS4-HMAC-SHA256 Credential={aws.id}/{scope}, SignedHeaders=host, Signature=0"
    headers = {"Content-Type": "application/json"}
    if signed:
        headers["Authorization"] = credential
    connection = http.client.HTTPConnection(urlsplit(aws.emulator.url).netloc)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}
    content = answer.read()
    connection.close()
    return *found, content


def test_association_lives_through_create_describe_update_delete(aws: AwsAccount) -> None:
    """Every operation on an association is reached by its own method and path."""
    aws.declare_cluster()
    role, other = aws.declare_role("one"), aws.declare_role("two")
    made = aws.eks.create_pod_identity_association(
        clusterName="demo", namespace="web", serviceAccount="api", roleArn=role, tags={"k": "v"}
    )["association"]
    names = {"clusterName": "demo", "associationId": made["associationId"]}
    aws.eks.update_pod_identity_association(**names, roleArn=other)

    described = aws.eks.describe_pod_identity_association(**names)["association"]
    aws.eks.delete_pod_identity_association(**names)
    left = aws.eks.list_pod_identity_associations(clusterName="demo")["associations"]

    assert described["roleArn"] == other
    assert described["tags"] == {"k": "v"}
    assert left == []


def test_arn_in_a_path_reaches_its_resource(aws: AwsAccount) -> None:
    """The slashes of an ARN are part of the path's segment, as clients encode them."""
    aws.declare_cluster()
    arn = f"arn:aws:eks:{REGION}:{aws.id}:cluster/demo"

    aws.eks.tag_resource(resourceArn=arn, tags={"team": "shop", "stage": "dev"})
    aws.eks.untag_resource(resourceArn=arn, tagKeys=["stage"])

    assert aws.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "shop"}


def test_times_are_seconds_since_1970(aws: AwsAccount) -> None:
    """Times go out as numbers, as REST-JSON has them, and arrive as times of now."""
    aws.declare_cluster()
    status, _, body = _send(aws, "GET", "/clusters/demo")
    created = json.loads(body)["cluster"]["createdAt"]

    assert status == 200
    assert isinstance(created, float)
    assert abs(datetime.fromtimestamp(created, UTC) - datetime.now(UTC)).total_seconds() < 60


def test_refusal_has_type_header_request_id_and_members(aws: AwsAccount) -> None:
    """A refusal carries its code in x-amzn-ErrorType and its exception's members in the body."""
    status, headers, body = _send(aws, "GET", "/clusters/nowhere/addons/vpc-cni")

    assert status == 404
    assert headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert headers["x-amzn-requestid"]
    assert json.loads(body)["clusterName"] == "nowhere"


_CONSTRAINT = "1 validation error detected: Value {} failed to satisfy constraint: Member must {}"


@pytest.mark.parametrize(
    ("operation", "parameters", "value", "constraint"),
    [
        (
            "create_cluster",
            {"name": "-x", "roleArn": "r", "resourcesVpcConfig": {}},
            "'-x' at 'name'",
            "satisfy regular expression pattern: ^[0-9A-Za-z][A-Za-z0-9\\-_]*",
        ),
        (
            "list_clusters",
            {"maxResults": 101},
            "'101' at 'maxResults'",
            "have value less than or equal to 100",
        ),
        (
            "create_addon",
            {"clusterName": "demo", "addonName": "vpc-cni", "resolveConflicts": "MAYBE"},
            "'MAYBE' at 'resolveConflicts'",
            "satisfy enum value set: [OVERWRITE, NONE, PRESERVE]",
        ),
    ],
)
def test_constraint_of_the_model_is_refused_in_aws_words(
    aws: AwsAccount, operation: str, parameters: dict[str, object], value: str, constraint: str
) -> None:
    """What breaks the model is InvalidParameterException, with the constraint by name."""
    found = refusal(getattr(aws.eks, operation), **parameters)

    message = _CONSTRAINT.format(value, constraint)
    assert found == Refusal("InvalidParameterException", message, 400)


def test_required_members_are_refused_together(aws: AwsAccount) -> None:
    """All that is missing is told at once; clients that check nothing themselves rely on it."""
    path = "/clusters/demo/pod-identity-associations"
    status, headers, body = _send(aws, "POST", path, b'{"namespace": "web"}')

    assert (status, headers["x-amzn-errortype"]) == (400, "InvalidParameterException")
    assert json.loads(body)["message"] == (
        "2 validation errors detected: "
        "Value null at 'serviceAccount' failed to satisfy constraint: Member must not be null; "
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null"
    )


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"namespace": 7, "serviceAccount": "a", "roleArn": "r"}']
)
def test_body_that_does_not_fit_is_a_serialization_error(aws: AwsAccount, body: bytes) -> None:
    """Broken JSON, no object, and wrong JSON types are refused before any other check."""
    path = "/clusters/demo/pod-identity-associations"
    status, headers, _ = _send(aws, "POST", path, body)

    assert (status, headers["x-amzn-errortype"]) == (400, "SerializationException")


def test_null_counts_as_absent(aws: AwsAccount) -> None:
    """A member that is null was not given: the update below would otherwise be refused."""
    aws.declare_cluster()
    role = aws.declare_role("app")
    made = aws.eks.create_pod_identity_association(
        clusterName="demo", namespace="web", serviceAccount="api", roleArn=role
    )["association"]
    path = f"/clusters/demo/pod-identity-associations/{made['associationId']}"

    status, _, body = _send(
        aws, "POST", path, b'{"targetRoleArn": null, "disableSessionTags": true}'
    )

    assert status == 200
    assert json.loads(body)["association"]["disableSessionTags"] is True


def test_unknown_path_is_no_operation(aws: AwsAccount) -> None:
    """A path that no operation has is refused, and the log says which it was."""
    status, headers, _ = _send(aws, "GET", "/clusters/demo/no-such-things")

    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert aws.calls()[-1]["operation"] == "GET /clusters/demo/no-such-things"


def test_operation_that_is_not_emulated_says_so(aws: AwsAccount) -> None:
    """What EKS can do and the emulator cannot is neither passed over nor retried by SDKs."""
    found = refusal(
        aws.eks.register_cluster, name="x", connectorConfig={"roleArn": "r", "provider": "EC2"}
    )

    assert (found.code, found.status) == ("NotImplemented", 501)
    assert "RegisterCluster" in found.message


def test_unsigned_request_is_refused(aws: AwsAccount) -> None:
    """A request that nobody signed has no account to answer for."""
    status, headers, _ = _send(aws, "GET", "/clusters", signed=False)

    assert (status, headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
