"""`eks-pod-identity migrate`, run as a user runs it over accounts that use IRSA."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.config import load_cluster_config

_CASES = Path(__file__).parents[1] / "cases" / "irsa"
Run = Callable[..., Result]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> "Callable[[str], _Account]":
    """Starts the account of a case, in a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    @contextmanager
    def start(case: str) -> Iterator[RunningEmulator]:
        with RunningEmulator(_CASES / case / "aws.yaml") as running:
            running.lead_here(monkeypatch)
            running.reset_calls()
            yield running

    return start


_Account = object


def _run(*args: str) -> Result:
    return CliRunner().invoke(app, ["migrate", *args])


def test_what_cannot_move_stays_and_the_rest_is_planned(account: Run) -> None:
    """Pods on Fargate block their service account alone; nothing is written by any action."""
    with account("39-fargate") as running:
        status = _run("status", "--cluster", "prod")
        plan = _run("plan", "--cluster", "prod", "--output", "json")
        calls = running.calls()

    assert status.exit_code == 0, status.output
    assert_golden("migrate/status.txt", status.output)
    assert json.loads(plan.output)["result"] == "partly"
    assert [each["operation"] for each in calls if each["write"]] == []


def test_a_loss_is_named_and_needs_consent(account: Run) -> None:
    """A pattern is expanded; who loses is in the plan and in the proof, which holds."""
    with account("10-wildcard-name-eksctl"):
        plan = _run("plan", "--cluster", "prod")
        proof = _run("proof", "--cluster", "prod")
        parsed = _run("proof", "--cluster", "prod", "--output", "json")

    assert plan.exit_code == proof.exit_code == parsed.exit_code == 0, plan.output
    assert max(map(len, plan.output.splitlines())) <= 80
    assert_golden("migrate/plan.txt", plan.output)
    assert_golden("migrate/proof.txt", proof.output)
    assert json.loads(parsed.output)["roles"][0]["lost"] == ["eu-west-1/prod/jobs/runner-c"]


def test_files_are_what_owners_and_a_program_need(account: Run, tmp_path: Path) -> None:
    """The entries are a valid ClusterConfig, each document is there, the stack gets its YAML."""
    with account("02-eksctl-stack"):
        result = _run("plan", "--cluster", "prod", "-o", str(tmp_path))
        again = _run("plan", "--cluster", "prod", "-o", str(tmp_path))
        (tmp_path / "cluster.yaml").write_text("mine\n")
        refused = _run("plan", "--cluster", "prod", "-o", str(tmp_path))

    assert result.exit_code == again.exit_code == 0, result.output
    assert refused.exit_code == 1
    assert "[migration-file-exists]" in refused.output
    names = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}
    stack = "cloudformation-eksctl-prod-addon-iamserviceaccount-shop-api"
    assert names == {
        "cluster.yaml",
        "import.json",
        "proof.json",
        f"owners/{stack}.md",
        *(f"trust/shop-api-irsa.{moment}.json" for moment in ("before", "during", "after")),
    }
    assert "AssumeRolePolicyDocument" in (tmp_path / "owners" / f"{stack}.md").read_text()


def test_entries_are_a_cluster_config(account: Run, tmp_path: Path) -> None:
    """What `-o` writes for an add-on and an app is read without a problem."""
    with account("18-addon-and-app-share"):
        result = _run("plan", "--cluster", "prod", "-o", str(tmp_path))

    assert result.exit_code == 0, result.output
    text = (tmp_path / "cluster.yaml").read_text()
    config = load_cluster_config(text, file="cluster.yaml")
    assert not isinstance(config, tuple), text
    assert "aws-ebs-csi-driver" in text
    assert "velero" in text


def test_clusters_have_to_be_named(account: Run) -> None:
    """No cluster, and one that is not there, are problems with what to type."""
    with account("01-plain"):
        none, unknown = _run("plan"), _run("plan", "--cluster", "pord", "-c", "stage")

    assert (none.exit_code, unknown.exit_code) == (1, 1)
    assert "[migration-cluster-missing]" in none.output
    assert unknown.output.count("[migration-cluster-not-found]") == 2
    assert "eu-west-1 has prod" in unknown.output
