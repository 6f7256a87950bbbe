"""`eks-pod-identity who`, run as a user runs it: over the emulator, states and files."""

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
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    """An account with two clusters and roles of many kinds."""
    with RunningEmulator(_TESTS / "cases" / "audit" / "aws.yaml") as running:
        yield running


@pytest.fixture
def run(running: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `who` against it."""
    running.lead_here(monkeypatch)
    return lambda *args: CliRunner().invoke(app, ["who", *args])


def test_every_role_of_the_region_is_answered(run: Run) -> None:
    """Without a role all roles that pods use or that trust EKS Pod Identity are listed."""
    result = run()

    assert result.exit_code == 0, result.output
    assert_golden("who/all.txt", result.output)


def test_one_role_is_found_by_name_and_by_arn(run: Run) -> None:
    """Name and ARN give the same answer."""
    whole = json.loads(run("--output", "json").output)["roles"][0]

    by_name = json.loads(run(whole["role"], "-o", "json").output)["roles"]
    by_arn = json.loads(run(whole["arn"], "-o", "json").output)["roles"]

    assert by_name == by_arn == [whole]


def test_filters_leave_the_roles_of_those_pods(run: Run) -> None:
    """Cluster, namespace and service account narrow the list."""
    found = json.loads(run("-c", "demo", "-n", "shop", "-s", "api", "-o", "json").output)["roles"]

    uses = [use for role in found for use in role["associations"]]
    assert len(found) == 1
    assert ("shop", "api") in {(each["namespace"], each["serviceAccount"]) for each in uses}


def test_a_role_that_is_not_there_is_a_problem(run: Run) -> None:
    """A misspelt role exits with 1 and says what to give."""
    result = run("no-such-role")

    assert result.exit_code == 1
    assert "review-role-not-found" in result.output


@pytest.mark.parametrize("state", ["cluster", "alone"])
def test_a_recorded_state_is_answered_without_aws(state: str) -> None:
    """Each role of a state lets in the associations that use it."""
    file = _TESTS / "recorded" / "states" / state / "state.json"
    result = CliRunner().invoke(app, ["who", str(file), "-o", "json"])

    roles = json.loads(result.output)["roles"]
    uses = [use for role in roles for use in role["associations"]]
    assert uses
    assert {each["letIn"] for each in uses} == {"yes"}


def test_a_cluster_config_needs_an_account(tmp_path: Path) -> None:
    """The file does not say whose account its cluster is in."""
    file = tmp_path / "cluster.yaml"
    file.write_text(
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n"
        "metadata: {name: prod, region: eu-west-1}\n"
        "iam: {podIdentityAssociations: [{namespace: dev, serviceAccountName: app,"
        " permissionPolicyARNs: ['arn:aws:iam::aws:policy/ReadOnlyAccess']}]}\n"
    )
    without = CliRunner().invoke(app, ["who", str(file)])
    given = CliRunner().invoke(app, ["who", str(file), "--account", "111122223333"])

    assert without.exit_code == 1
    assert "review-account-unknown" in without.output
    assert "service account dev/app in cluster prod in region eu-west-1" in given.output


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[]", '{"steps": 1, "deployment": []}'])
def test_other_json_is_a_problem(tmp_path: Path, text: str) -> None:
    """What is none of the files that have roles is told, without a traceback."""
    file = tmp_path / "x.json"
    file.write_text(text)

    result = CliRunner().invoke(app, ["who", str(file)])

    assert result.exit_code in {0, 1}
    assert result.exception is None or isinstance(result.exception, SystemExit)
