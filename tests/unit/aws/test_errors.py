"""What AWS's refusals become."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from ruamel.yaml import YAML

from eks_pod_identity.aws.errors import apply_error
from eks_pod_identity.aws.known_errors import KNOWN_ERRORS, find_known_error

_REFUSALS: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parent / "refusals.yaml")
_OPERATIONS = [
    ("eks", "CreatePodIdentityAssociation"),
    ("eks", "UpdatePodIdentityAssociation"),
    ("eks", "DeletePodIdentityAssociation"),
    ("eks", "DescribePodIdentityAssociation"),
    ("eks", "ListPodIdentityAssociations"),
    ("eks", "CreateAddon"),
    ("eks", "UpdateAddon"),
    ("eks", "DeleteAddon"),
    ("eks", "DescribeAddon"),
    ("eks", "DescribeCluster"),
    ("eks-auth", "AssumeRoleForPodIdentity"),
]


@pytest.mark.parametrize(
    "refusal",
    _REFUSALS,
    ids=lambda each: "-".join(each[key] for key in ("id", "operation", "code")),
)
def test_refusal_is_explained(refusal: dict[str, Any]) -> None:
    """Each answer that AWS was seen to give has our id, a cause, a remedy and AWS's own text."""
    answer = {
        "Error": {"Code": refusal["code"], "Message": refusal["message"]},
        "ResponseMetadata": {"RequestId": "req-1"},
    }
    error = ClientError(answer, refusal["operation"])  # type: ignore[arg-type] # HTTP fields are left out

    (problem,) = apply_error(error, "cannot do it").problems

    assert problem.id == refusal["id"]
    assert problem.message.startswith("cannot do it: ")
    assert problem.help
    assert refusal["message"] in problem.observed[0]
    assert "req-1" in problem.observed[0]


def test_every_explanation_has_a_case() -> None:
    """No entry of the table stands there unproved, or hidden behind one above it."""
    used = {
        id(find_known_error(each["operation"], each["code"], each["message"])) for each in _REFUSALS
    }

    assert [known.id for known in KNOWN_ERRORS if id(known) not in used] == []


@pytest.mark.parametrize(("service", "operation"), _OPERATIONS)
def test_every_code_of_an_operation_is_known(service: str, operation: str) -> None:
    """Whatever code botocore's model lists for a call is explained."""
    shapes = get_session().get_service_model(service).operation_model(operation).error_shapes

    assert shapes
    assert [each.name for each in shapes if not find_known_error(operation, each.name, "")] == []


def test_unknown_code_is_told_as_it_is() -> None:
    """A refusal that nobody has seen yet is told in AWS's words."""
    answer = {"Error": {"Code": "NewException", "Message": "new"}}
    error = ClientError(answer, "CreateAddon")  # type: ignore[arg-type] # HTTP fields are left out

    (problem,) = apply_error(error, "cannot do it").problems

    assert problem.id == "aws-refused"
    assert "CreateAddon answered NewException: new" in problem.observed[0]
