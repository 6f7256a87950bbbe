"""What errors of the AWS provider become."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.aws.provider_errors import provider_problem

_ERRORS: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).parent / "provider_errors.yaml"
)


@pytest.mark.parametrize("error", _ERRORS, ids=lambda each: each["source"])
def test_error_of_the_provider_is_explained(error: dict[str, Any]) -> None:
    """Each has our id, our fault first, and on one line what the provider said, not Pulumi."""
    problem = provider_problem(error["text"], "cannot do it", "aws")

    assert problem.id == error["id"]
    assert problem.message.startswith("cannot do it")
    (said,) = problem.observed
    assert "\n" not in said
    assert "invoke of" not in said


@pytest.mark.parametrize(
    "error",
    [each for each in _ERRORS if each["id"] not in {"aws-refused", "aws-provider-error"}],
    ids=lambda each: each["source"],
)
def test_known_error_has_cause_and_remedy(error: dict[str, Any]) -> None:
    """Whoever meets a known error reads why and what to do."""
    problem = provider_problem(error["text"], "cannot do it", "aws")

    assert problem.message.startswith("cannot do it: ")
    assert problem.help
