"""`eks-pod-identity can`, run as a user runs it, against the emulator."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_TESTS = Path(__file__).parents[1]
_ORDERS = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
_REPORT = "arn:aws:s3:::reports/nightly-x/2026.csv"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    """An account with two clusters, and a role that was deleted under its association."""
    with RunningEmulator(_TESTS / "cases" / "audit" / "aws.yaml") as running:
        running.client("iam").delete_role(RoleName="gone")
        yield running


@pytest.fixture
def run(running: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `can` against it."""
    running.lead_here(monkeypatch)
    return lambda *args: CliRunner().invoke(app, ["can", *args])


@pytest.mark.parametrize(
    ("golden", "args", "code"),
    [
        ("allow.txt", ("shop/api", "dynamodb:GetItem", _ORDERS), 0),
        ("deny.txt", ("shop/api", "dynamodb:PutItem", _ORDERS), 3),
        ("refused.txt", ("shop/worker", "dynamodb:GetItem", _ORDERS), 3),
        ("chain.txt", ("reports/nightly", "s3:GetObject", _REPORT), 3),
        ("gone.txt", ("web/legacy", "s3:GetObject", _REPORT), 3),
    ],
)
def test_output_is_as_reviewed(run: Run, golden: str, args: tuple[str, ...], code: int) -> None:
    """The decision, the sessions, and which statement decided."""
    result = run(*args, "--cluster", "demo")

    assert_golden(f"can/{golden}", result.output)
    assert result.exit_code == code


def test_a_service_control_policy_that_is_told_counts(run: Run, tmp_path: Path) -> None:
    """What the organization denies is denied, whatever the role may."""
    scp = tmp_path / "scp.json"
    statement = {"Sid": "Never", "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    scp.write_text(json.dumps({"Version": "2012-10-17", "Statement": [everything, statement]}))

    result = run("shop/api", "dynamodb:GetItem", _ORDERS, "--scp", str(scp))

    assert result.exit_code == 3
    assert 'deny by service control policy 1, policy 1, statement "Never"' in result.output


def test_who_lists_everybody_and_only_proves_isolation(run: Run, tmp_path: Path) -> None:
    """With a list of those who may, exit 0 is a proof that no others can."""
    listed = tmp_path / "only.txt"
    listed.write_text("shop/api\nweb/legacy\nweb/default\nreports/yearly\n")

    found = run("--who", "dynamodb:GetItem", _ORDERS, "-o", "json")
    proof = run("--who", "dynamodb:GetItem", _ORDERS, "--only", str(listed))
    listed.write_text("shop/other\n")
    witness = run("--who", "dynamodb:GetItem", _ORDERS, "--only", str(listed))

    allowed = [
        f"{each['namespace']}/{each['serviceAccount']}"
        for each in json.loads(found.output)["answers"]
        if each["decision"] == "allow"
    ]
    assert "shop/api" in allowed
    assert "shop/worker" not in allowed
    assert proof.exit_code == 0, proof.output
    assert (witness.exit_code, "allow: shop/api in cluster demo" in witness.output) == (3, True)


def test_a_service_account_without_association_is_a_problem(run: Run) -> None:
    """Its pods get nothing from EKS, and the command says so."""
    result = run("shop/nobody", "s3:GetObject", "*")

    assert result.exit_code == 1
    assert "review-association-missing" in result.output


@pytest.mark.parametrize("words", [("shop/api",), ("a", "b", "c", "d"), ("--who", "a", "b", "c")])
def test_a_misspelt_question_is_a_usage_error(run: Run, words: tuple[str, ...]) -> None:
    """The exit code is that of a misspelt command line."""
    assert run(*words).exit_code == 64
