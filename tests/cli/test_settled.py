"""`eks-pod-identity settled`: it asks the API server what pods would get, and keeps nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/mine"
_SEED = f"""
settings: {{associationSpreadSeconds: 3}}
accounts:
  "{ACCOUNT}":
    roles:
      - name: mine
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: {{Service: pods.eks.amazonaws.com}}
              Action: [sts:AssumeRole, sts:TagSession]
    regions:
      {REGION}:
        clusters:
          - name: demo
            autoMode: true
            associations: &both
              - {{namespace: shop, serviceAccount: orders, roleArn: "{_ROLE}"}}
              - {{namespace: shop, serviceAccount: gone, roleArn: "{_ROLE}"}}
            serviceAccounts:
              - {{namespace: shop, name: orders}}
              - {{namespace: shop, name: late}}
          - {{name: closed, autoMode: true, kubernetesAccess: none, associations: *both}}
"""

Settled = Callable[..., Result]


@pytest.fixture(scope="module", name="aws")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator where an association takes three seconds to arrive."""
    with RunningEmulator(_write(tmp_path_factory.mktemp("seed"))) as running:
        yield running


def _write(folder: Path) -> Path:
    seed = folder / "aws.yaml"
    seed.write_text(_SEED)
    return seed


@pytest.fixture(name="settled")
def _settled(aws: RunningEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settled:
    """Runs `settled --cluster demo`."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*arguments: str, cluster: str = "demo") -> Result:
        return CliRunner().invoke(app, ["settled", "--cluster", cluster, *arguments])

    return run


def _pods(aws: RunningEmulator) -> list[object]:
    root = f"/_kubernetes/{ACCOUNT}/{REGION}/demo/api/v1"
    items: list[object] = aws.ask("GET", f"{root}/namespaces/shop/pods")["items"]
    return items


def test_association_that_has_arrived_is_settled(settled: Settled, aws: RunningEmulator) -> None:
    """Five asks in a row see it, and the cluster has no pod more than before."""
    done = settled("shop/orders")

    assert done.exit_code == 0, done.output
    assert done.output == "shop/orders  settled: 5 asks in a row saw the association\n"
    assert _pods(aws) == []


def test_new_association_is_waited_for(settled: Settled, aws: RunningEmulator) -> None:
    """The command ends once the association has arrived."""
    aws.client("eks").create_pod_identity_association(
        clusterName="demo", namespace="shop", serviceAccount="late", roleArn=_ROLE
    )

    done = settled("shop/late", "--timeout", "60", "--output", "json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["serviceAccounts"][0]["settled"] is True


def test_association_that_does_not_arrive_in_time_is_an_error(
    settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the timeout the command says so and ends with 1."""
    with RunningEmulator(_write(tmp_path), "--association-spread-seconds", "3600") as slow:
        slow.client("eks").create_pod_identity_association(
            clusterName="demo", namespace="shop", serviceAccount="late", roleArn=_ROLE
        )
        monkeypatch.setenv("AWS_ENDPOINT_URL", slow.url)
        done = settled("shop/late", "--timeout", "0")

    assert done.exit_code == 1
    assert done.output.startswith("shop/late  not settled after")


def test_what_cannot_be_asked_has_a_code_of_its_own(settled: Settled) -> None:
    """A service account that is not there, or a caller without rights, is no answer."""
    gone = settled("shop/gone")
    closed = settled("--all", cluster="closed")

    assert (gone.exit_code, closed.exit_code) == (4, 4)
    assert 'serviceaccount "gone" not found' in gone.output
    assert "shop/orders  cannot ask: a pod of shop/orders is refused (403)" in closed.output


def test_service_account_without_association_is_named(settled: Settled) -> None:
    """What EKS has no association for will never settle."""
    done = settled("shop/nobody")

    assert done.exit_code == 1
    assert done.output == "shop/nobody  has no association\n"


@pytest.mark.parametrize("arguments", [(), ("shop/orders", "--all"), ("orders",)])
def test_misspelt_command_is_refused(settled: Settled, arguments: tuple[str, ...]) -> None:
    """Service accounts or --all, and each with its namespace."""
    assert settled(*arguments).exit_code == 64
