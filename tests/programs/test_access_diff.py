"""`access diff` over previews of the real engine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_S3 = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
_EC2 = "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), "diffed", "failing") as emulated:
        yield emulated


def _association(**args: object) -> Component:
    fixed = {"namespace": "dev", "service_account": "app", "permission_policy_arns": _S3}
    return Component("PodIdentityAssociation", "app", {**fixed, **args})


def test_a_preview_tells_whether_access_gets_wider(aws: Emulated, tmp_path: Path) -> None:
    """Equal exits with 0, narrower too, wider with 3, and the words say who gets in."""
    stack = declared(tmp_path, aws, "diffed")
    first = _diff(stack, _association())
    stack.up(_association())
    equal = _diff(stack, _association())
    wider = _diff(stack, _association(trust_scope="namespace"))
    more = _diff(stack, _association(permission_policy_arns=[*_S3, _EC2]))
    stack.up(_association(trust_scope="namespace"))
    narrower = _diff(stack, _association())

    assert first[0] == 3
    assert "role gains" not in first[1]
    assert "gains service account dev/app in cluster diffed" in first[1]
    assert equal == (0, "3 equal\n")
    assert wider[0] == 3
    assert "gains any service account but app of namespace dev in cluster diffed" in wider[1]
    assert (more[0], f"gains {_EC2}" in more[1]) == (3, True)
    assert narrower[0] == 0
    assert "loses any service account but app of namespace dev" in narrower[1]


def test_a_preview_that_fails_proves_nothing(aws: Emulated, tmp_path: Path) -> None:
    """An error among the diagnostics is exit code 4: what comes behind it is not in the preview."""
    stack = declared(tmp_path, aws, "failing")

    code, output = _diff(stack, _association(namespace="NOT-A-NAME"))

    assert code == 4
    assert "error in the preview" in output


def _diff(stack: Declared, component: Component) -> tuple[int, str]:
    """Preview a declaration and compare; return exit code and output."""
    stack.declare(component)
    run = stack.program.preview("--json", "--show-sames")
    text = run.output[run.output.index("{") : run.output.rindex("}") + 1]
    json.loads(text)
    done = CliRunner().invoke(app, ["access", "diff", "-"], input=text)
    return done.exit_code, done.output
