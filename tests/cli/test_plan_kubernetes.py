"""`plan` and `get` and the Kubernetes API: what they see there, and how they do without."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_OLD_ROLE = f"arn:aws:iam::{ACCOUNT}:role/old"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/mine"
_ACCOUNTS = f"""
            autoMode: true
            associations: &theirs
              - {{namespace: shop, serviceAccount: gone, roleArn: "{_ROLE}"}}
              - {{namespace: batch, serviceAccount: former, roleArn: "{_ROLE}"}}
            serviceAccounts:
              - namespace: batch
                name: former
                annotations: {{eks.amazonaws.com/role-arn: "{_OLD_ROLE}"}}
              - {{namespace: shop, name: chart, labels: {{app.kubernetes.io/managed-by: Helm}}}}
              - namespace: shop
                name: former
                annotations: {{eks.amazonaws.com/role-arn: "{_OLD_ROLE}"}}
"""
_SEED = f"""
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
          - name: demo{_ACCOUNTS}
          - {{name: closed, autoMode: true, kubernetesAccess: none, associations: *theirs}}
          - {{name: strange, autoMode: true, kubernetesAccess: unknown}}
"""

Plan = Callable[..., Result]


@pytest.fixture(scope="module", name="aws")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator with one cluster to be read, and two that let nobody read."""
    seed = tmp_path_factory.mktemp("seed") / "aws.yaml"
    seed.write_text(_SEED)
    with RunningEmulator(seed) as running:
        yield running


@pytest.fixture(name="plan")
def _plan(aws: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Plans entries of a cluster."""
    aws.lead_here(monkeypatch)
    file = tmp_path / "cluster.yaml"

    def run(*entries: str, cluster: str = "demo", options: tuple[str, ...] = ()) -> Result:
        lines = [f"    - {{{entry}, roleARN: '{_ROLE}'}}\n" for entry in entries]
        head = f"metadata: {{name: {cluster}, region: {REGION}}}\nautoModeConfig: {{enabled: true}}"
        text = f"{head}\niam:\n  podIdentityAssociations:\n{''.join(lines)}"
        file.write_text(text, encoding="utf-8")
        return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["plan", str(file), *options])

    return run


def _entry(name: str, namespace: str = "shop", *, made: bool = False) -> str:
    made_too = ", createServiceAccount: true" if made else ""
    return f"namespace: {namespace}, serviceAccountName: {name}{made_too}"


def _notes(result: Result) -> list[str]:
    return list(json.loads(result.stdout)["notes"])


def test_account_of_others_is_told_before_anything_is_made(plan: Plan) -> None:
    """The update would fail halfway; the plan says so with the place and what to type."""
    result = plan(_entry("chart", made=True))

    assert result.exit_code == 1
    assert "[service-account-exists]" in result.stdout
    assert "cluster.yaml:5:" in result.stdout
    assert "observed: app.kubernetes.io/managed-by: Helm" in result.stdout


def test_account_of_others_is_fine_for_an_association(plan: Plan) -> None:
    """Nothing is to be said of an account that is there and not to be made."""
    result = plan(_entry("chart"))

    assert result.exit_code == 0
    first, *_, last = result.stdout.splitlines()
    assert first == "create   iam.podIdentityAssociations shop/chart  declared, not in cluster"
    assert last == 'cluster "demo": 1 to create'
    assert "note" not in result.stdout


def test_new_account_is_a_step(plan: Plan) -> None:
    """What would be made in Kubernetes is part of the plan; a missing namespace is a warning."""
    result = plan(_entry("api", "payments", made=True))

    assert result.exit_code == 0
    assert "[namespace-not-found]" in result.stdout
    assert "help: kubectl create namespace payments" in result.stdout
    assert "create   service account payments/api" in result.stdout
    assert 'cluster "demo": 2 to create' in result.stdout


def test_leftover_of_irsa_is_a_warning(plan: Plan) -> None:
    """With the role that pods may still get, and the command that ends it."""
    result = plan(_entry("former"))

    assert result.exit_code == 0
    assert "[irsa-annotation-left]" in result.stdout
    assert f"observed: eks.amazonaws.com/role-arn: {_OLD_ROLE}" in result.stdout
    assert (
        "kubectl annotate serviceaccount former --namespace shop eks.amazonaws.com/role-arn-"
        in result.stdout
    )


@pytest.mark.parametrize(
    ("cluster", "told"),
    [
        ("closed", "does not let the caller list namespaces (403)"),
        ("strange", "does not know the caller (401), who needs an access entry of the cluster"),
    ],
)
def test_api_that_cannot_be_read_is_a_note(
    plan: Plan, aws: RunningEmulator, cluster: str, told: str
) -> None:
    """The plan of what AWS has is whole without it, and there is nothing wrong."""
    result = plan(_entry("api", made=True), cluster=cluster, options=("--output", "json"))

    assert result.exit_code == 0
    server = f"{aws.url}/_kubernetes/{ACCOUNT}/{REGION}/{cluster}"
    assert _notes(result) == [f"service accounts are not compared: {server} {told}"]
    assert [each["kind"] for each in json.loads(result.stdout)["changes"]] == ["association"]


def _kubeconfig(folder: Path, server: str) -> Path:
    config = {
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "any"}}],
        "contexts": [{"name": "tunnel", "context": {"cluster": "c", "user": "u"}}],
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(config))
    return file


def test_kubeconfig_leads_another_way(
    plan: Plan, aws: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a tunnel, or as somebody else; a context is enough if the file is the usual one."""
    file = _kubeconfig(tmp_path, f"{aws.url}/_kubernetes/{ACCOUNT}/{REGION}/demo")
    entry = _entry("chart", made=True)
    direct = plan(entry, cluster="closed")
    named = plan(
        entry, cluster="closed", options=("--kubeconfig", str(file), "--context", "tunnel")
    )
    monkeypatch.setenv("KUBECONFIG", str(file))
    usual = plan(entry, cluster="closed", options=("--context", "tunnel"))

    assert direct.exit_code == 0
    assert "[service-account-exists]" in named.stdout
    assert usual.stdout == named.stdout


def test_kubeconfig_of_the_environment_is_not_asked_unbidden(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its current context may be any cluster; EKS knows the way to the one of the file."""
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path, "http://127.0.0.1:9")))

    assert "[service-account-exists]" in plan(_entry("chart", made=True)).stdout


def test_way_that_ends_nowhere_is_a_note_and_no_way_at_all_a_problem(
    plan: Plan, tmp_path: Path
) -> None:
    """A tunnel may be down; a context that is not there was misspelt."""
    file = _kubeconfig(tmp_path, "http://127.0.0.1:9")

    down = plan(
        _entry("chart"), options=("--kubeconfig", str(file), "--context", "tunnel", "-o", "json")
    )
    misspelt = plan(_entry("chart"), options=("--kubeconfig", str(file), "--context", "tunel"))

    assert down.exit_code == 0
    assert _notes(down) == [
        "service accounts are not compared: http://127.0.0.1:9 cannot be connected to"
    ]
    assert (misspelt.exit_code, misspelt.stdout) == (1, "")
    assert "[kubeconfig-unusable]" in misspelt.stderr
    assert 'there is no context "tunel"' in misspelt.stderr


def _get(*options: str, cluster: str = "demo") -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["get", "--cluster", cluster, *options])


@pytest.mark.usefixtures("plan")
def test_get_tells_what_kubernetes_has_if_asked() -> None:
    """Accounts that are missing, and leftovers of IRSA, whoever made the association."""
    unasked, asked = _get(), _get("--kubernetes")

    assert unasked.exit_code == asked.exit_code == 0
    assert asked.stdout.splitlines() == [
        *unasked.stdout.splitlines(),
        "1 service account does not exist:",
        "  shop/gone",
        "1 service account names an IRSA role too:",
        f"  batch/former -> {_OLD_ROLE}",
    ]


@pytest.mark.usefixtures("plan")
def test_get_tells_programs_of_each_account() -> None:
    """Two keys beside those of AWS, and only if Kubernetes was read."""
    listed = json.loads(_get("--kubernetes", "--output", "json").stdout)["associations"]
    told = [(each["serviceAccountExists"], each["irsaRoleArn"]) for each in listed]
    closed = json.loads(_get("--kubernetes", "-o", "json", cluster="closed").stdout)

    assert told == [(True, _OLD_ROLE), (False, None)]
    assert "serviceAccountExists" not in closed["associations"][0]
    assert "does not let the caller list namespaces (403)" in closed["notes"][0]


@pytest.mark.usefixtures("plan")
def test_get_goes_on_without_kubernetes() -> None:
    """The listing is whole, and says in its last line what is missing."""
    shown = _get("--kubernetes", cluster="closed")

    assert shown.exit_code == 0
    assert "2 associations: 2 standalone" in shown.stdout
    shared = _get("--kubernetes", "--output", "markdown").stdout.splitlines()
    assert shared[-2:] == [f"  batch/former -> {_OLD_ROLE}", "```"]
    assert shown.stdout.splitlines()[-1].startswith("service accounts are not compared: http")
    assert _get("--addons", "--kubernetes").exit_code == 64
