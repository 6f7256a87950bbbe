"""A refused or failed run ends with the report and nothing below it, whoever refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, declared, empty_clusters
from harness.emulated import ROOT, Emulated, Run

_ACCOUNT = {"namespace": "shop", "service_account": "a"}
_READ = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
_GONE = "arn:aws:iam::111122223333:role/gone"
_UP = ("up", "--yes", "--skip-preview")
_STACK = "pulumi:pulumi:Stack"
_GATE = ("--policy-pack", str(ROOT / "policy"))


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    clusters = ("preview", "up", "policy", "provider")
    with empty_clusters(tmp_path_factory.mktemp("aws"), *clusters) as emulated:
        yield emulated


def _association(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return Component("PodIdentityAssociation", "one", {**_ACCOUNT, **args})


@pytest.mark.parametrize("command", [("preview",), _UP], ids=["preview", "up"])
def test_refused_arguments_are_the_last_word(
    aws: Emulated, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """What a component raises is reported once, and Pulumi adds no error of its own."""
    stack = declared(tmp_path, aws, command[0])
    stack.declare(_association(role_arn=_GONE))

    run = stack.program.pulumi(*command)

    assert run.code != 0
    assert _diagnostics(run) == [
        f"error: one.role_arn: there is no role {_GONE} [role-not-found]",
        "help: look at name and path: aws iam get-role --role-name NAME shows the whole ARN",
    ]


def test_a_policy_that_stops_an_update_is_the_last_word(aws: Emulated, tmp_path: Path) -> None:
    """The engine interrupts the program, which ends without a traceback."""
    stack = declared(tmp_path, aws, "policy")
    administrator = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    stack.declare(_association(permission_policy_arns=administrator))

    run = stack.program.pulumi(*_UP, *_GATE)

    assert run.code != 0
    assert "pid-role-no-admin" in run.output
    assert _diagnostics(run) == ["error: update failed"]


def test_a_provider_that_fails_is_the_last_word(aws: Emulated, tmp_path: Path) -> None:
    """Its error is there once, and no traceback of the program follows."""
    stack = declared(tmp_path, aws, "provider")
    settings = "Pulumi.provider.yaml"
    unknown = stack.program.read(settings).replace("context: provider", "context: unknown")
    stack.program.write(settings, unknown)
    stack.declare(_association(permission_policy_arns=_READ, create_service_account=True))

    run = stack.program.pulumi(*_UP)

    assert run.code != 0
    assert "Traceback" not in run.output
    assert "unhandled" not in run.output
    assert "error: configured Kubernetes cluster is unreachable" in run.output
    assert _diagnostics(run)[-1] == "error: update failed"


def _diagnostics(run: Run) -> list[str]:
    """Return the lines of the stack below `Diagnostics:`, where resources stand in any order."""
    _, _, end = run.output.rpartition("\nDiagnostics:\n")
    (block,) = (each for each in end.split("\n\n") if each.lstrip().startswith(_STACK))
    return [line.strip() for line in block.splitlines() if not line.strip().startswith(_STACK)]
