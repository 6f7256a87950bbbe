"""`eks-pod-identity audit`, run as a user runs it, against the emulator."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from harness.loopback_aws import LoopbackAws
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from tools.docs.permissions import actions

_TESTS = Path(__file__).parents[1]
_STRICT = _TESTS.parent / "policy" / "strict.json"
_FOREIGN = "arn:aws:iam::444455556666:role/archive"
_ID = re.compile(r"\ba-[0-9a-z]{17}\b")

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    """An account with two clusters, and a role that was deleted under its association."""
    with RunningEmulator(_TESTS / "cases" / "audit" / "aws.yaml") as running:
        running.client("iam").delete_role(RoleName="gone")
        yield running


@pytest.fixture
def run(running: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `audit` in a terminal of some width."""
    running.lead_here(monkeypatch)

    def _run(*args: str, columns: int | None = 80) -> Result:
        environment = {"COLUMNS": str(columns) if columns else None}
        return CliRunner(env=environment).invoke(app, ["audit", *args])

    return _run


@pytest.mark.parametrize(
    ("golden", "args", "columns", "code"),
    [
        ("all-80.txt", (), 80, 3),
        ("all-pipe.txt", (), None, 3),
        ("staging-80.txt", ("--cluster", "staging"), 80, 3),
        ("reports-80.txt", ("-c", "demo", "--namespace", "reports"), 80, 3),
        ("api-80.txt", ("--cluster", "demo", "-n", "shop", "-s", "api"), 80, 0),
    ],
)
def test_output_is_as_reviewed(
    run: Run, golden: str, args: tuple[str, ...], columns: int | None, code: int
) -> None:
    """Each form of output is the golden file that people have read."""
    result = run(*args, columns=columns)

    assert (result.exit_code, result.stderr) == (code, "")
    assert_golden(f"audit/{golden}", _ID.sub("a-00000000000000000", result.stdout))


@pytest.mark.parametrize("output", ["json", "sarif"])
def test_output_for_programs_is_as_reviewed(run: Run, output: str) -> None:
    """JSON and SARIF are the golden files, but for the list of rules that were asked."""
    result = run("--cluster", "staging", "--output", output)

    shown = json.loads(_ID.sub("a-00000000000000000", result.stdout))
    asked = (shown["runs"][0]["tool"]["driver"] if output == "sarif" else shown).pop("rules")
    assert len(asked) > 25
    for each in shown["runs"][0]["results"] if output == "sarif" else ():
        assert asked[each.pop("ruleIndex")]["id"] == each["ruleId"]
    assert_golden(f"audit/staging.{output}", json.dumps(shown, indent=2) + "\n")


def test_text_fits_the_terminal(run: Run) -> None:
    """In 80 columns nothing is longer but an ARN that is, and nothing is cut."""
    narrow, wide = run().stdout, run(columns=None).stdout

    long = [line for line in narrow.splitlines() if len(line) > 80]
    assert all(line.split()[-1].startswith("arn:") for line in long)
    assert narrow.split() == wide.split()


def test_each_thing_is_asked_for_once(run: Run, running: RunningEmulator) -> None:
    """Calls are counted by clusters, associations, roles and policies, never by rules."""
    running.reset_calls()

    run()

    calls = running.calls()
    asked = Counter(call["operation"] for call in calls)
    assert [call["operation"] for call in calls if call["write"]] == []
    assert asked == {
        "ListClusters": 1,
        "DescribeCluster": 3,
        "ListAddons": 3,
        "DescribeAddon": 2,
        "ListPodIdentityAssociations": 3,
        "DescribePodIdentityAssociation": 8,
        "GetRole": 6,
        "ListAttachedRolePolicies": 5,
        "ListRolePolicies": 5,
        "GetRolePolicy": 2,
        "GetPolicy": 3,
        "GetPolicyVersion": 3,
    }


def test_no_more_is_called_than_the_page_says(run: Run, running: RunningEmulator) -> None:
    """Whoever allows what docs/permissions.md lists can run it, and need not allow more."""
    running.reset_calls()

    run("--unused-roles")

    called = {f"{call['service']}:{call['operation']}" for call in running.calls()}
    assert called == actions("audit")


def test_selection_saves_roles(run: Run, running: RunningEmulator) -> None:
    """Of one namespace no other's role is read."""
    running.reset_calls()

    run("--cluster", "demo", "--namespace", "reports")

    asked = Counter(call["operation"] for call in running.calls())
    assert (asked["ListClusters"], asked["GetRole"]) == (0, 2)


def test_target_role_of_another_account_is_read_with_its_profile(
    run: Run, running: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With credentials of the other account its role is judged, and is no gap any more."""
    config = tmp_path / "credentials"
    config.write_text(
        "[archive]\naws_access_key_id = 444455556666\naws_secret_access_key = any\n", "utf-8"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
    running.reset_calls()

    without, with_ = (
        json.loads(run("--output", "json", "-n", "reports", *more).stdout)
        for more in ((), ("--target-profile", "archive"))
    )

    several, *foreign = (gap["address"] for gap in without["notJudged"])
    assert foreign == [_FOREIGN]
    assert [gap["address"] for gap in with_["notJudged"]] == [several]
    new = {(each["rule"], each["address"]) for each in with_["findings"]} - {
        (each["rule"], each["address"]) for each in without["findings"]
    }
    assert new == {("pid-target-external-id", "demo/reports/yearly")}


@pytest.mark.parametrize(
    "where", [(), ("--cluster", "staging"), ("--namespace", "nowhere")], ids=" ".join
)
def test_profile_that_is_not_there_is_exit_code_one(
    run: Run, running: RunningEmulator, where: tuple[str, ...]
) -> None:
    """A misspelt profile is told before AWS is asked, also where nothing needs it."""
    running.reset_calls()

    result = run(*where, "--target-profile", "nobody")

    assert (result.exit_code, result.stdout, running.calls()) == (1, "", [])
    assert "error: --target-profile: cannot read profile nobody: " in result.stderr
    assert "[aws-profile-unknown]" in result.stderr


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder has the files of a repository."""
    monkeypatch.chdir(_TESTS / "cases" / "audit")


@pytest.mark.usefixtures("repository")
def test_findings_are_told_at_the_lines_that_declare(run: Run) -> None:
    """With a ClusterConfig its cluster is judged, and what it declares has file and line."""
    result = run("cluster.yaml", "--namespace", "shop")

    assert result.exit_code == 3
    assert_golden("audit/declared-80.txt", result.stdout)


@pytest.mark.usefixtures("repository")
def test_code_scanning_shows_the_lines_that_declare(run: Run) -> None:
    """What is declared has a real location in JSON and SARIF, what is not has none."""
    shown = json.loads(run("cluster.yaml", "--output", "json").stdout)
    (log,) = json.loads(run("cluster.yaml", "--output", "sarif").stdout)["runs"]

    # EKS annotates the service account of an add-on with its IRSA role; no file declares that.
    declared = [each for each in shown["findings"] if each["kind"] != "service account"]
    places = {each["address"]: each["place"] for each in declared}
    worker = "demo/shop/worker"
    assert places[worker] == {"file": "cluster.yaml", "line": 14, "column": 7}
    assert places["demo/kube-system/ebs-csi-controller-sa"]["line"] == 7
    assert places["arn:aws:iam::111122223333:role/shop-api"]["line"] == 11
    assert places["demo/web/legacy"] is None
    located = {
        each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: each["locations"][0][
            "physicalLocation"
        ]
        for each in log["results"]
    }
    assert located[worker]["artifactLocation"]["uri"] == "cluster.yaml"
    assert located[worker]["region"]["startLine"] == 14
    assert located["demo/web/legacy"]["artifactLocation"]["uri"].startswith("aws/")


def test_file_with_errors_is_told_before_aws_is_asked(
    run: Run, running: RunningEmulator, tmp_path: Path
) -> None:
    """A file that cannot be trusted gives no lines and no cluster."""
    running.reset_calls()
    file = tmp_path / "cluster.yaml"
    file.write_text("metadata: {name: demo}\n", encoding="utf-8")

    result = run(str(file))

    assert (result.exit_code, result.stdout, running.calls()) == (1, "", [])
    assert "[region-missing]" in result.stderr


def test_files_of_several_regions_need_a_choice(run: Run, tmp_path: Path) -> None:
    """One run looks into one region."""
    files = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for file, region in zip(files, ("eu-west-1", "us-east-1"), strict=True):
        text = f"metadata: {{name: demo, region: {region}}}\n"
        file.write_text(text, encoding="utf-8")

    assert run(*map(str, files)).exit_code == 64
    assert run(*map(str, files), "--region", "eu-west-1").exit_code == 3


def test_service_accounts_of_one_cluster_are_read(run: Run, running: RunningEmulator) -> None:
    """Kubernetes is asked where it is clear which cluster is meant, and told if it cannot be."""
    running.reset_calls()

    one, all_, closed = (
        json.loads(run("--output", "json", *args).stdout)
        for args in (("--cluster", "demo"), (), ("--cluster", "closed"))
    )

    in_kubernetes = {
        ("pid-assoc-unique", "service account", "demo/shop/worker"),
        ("pid-live-service-account-exists", "association", "demo/web/legacy"),
    }
    told = [
        {(each["rule"], each["kind"], each["address"]) for each in shown["findings"]}
        for shown in (one, all_)
    ]
    assert told[0] >= in_kubernetes
    assert not told[1] & in_kubernetes
    (gap,) = closed["notJudged"]
    assert gap["address"] == "closed"
    assert "does not let the caller list namespaces (403)" in gap["reason"]


def test_way_to_kubernetes_is_that_of_one_cluster(run: Run, tmp_path: Path) -> None:
    """A kubeconfig that leads nowhere is a problem, one for several clusters a misspelt command."""
    missing = str(tmp_path / "kubeconfig")

    assert run("--kubeconfig", missing).exit_code == 64
    result = run("--cluster", "demo", "--kubeconfig", missing)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[kubeconfig-unusable]" in result.stderr


def test_unused_roles_are_found(run: Run) -> None:
    """A role that trusts EKS Pod Identity and serves nobody is judged if that is asked for."""
    shown = json.loads(run("--unused-roles", "--output", "json").stdout)

    unused = {each["arn"] for each in shown["findings"] if each["related"].get("usedBy") == []}
    assert "arn:aws:iam::111122223333:role/left-over" in unused
    assert "left-over" not in run().stdout
    some = json.loads(run("--unused-roles", "-n", "web", "--output", "json").stdout)["findings"]
    assert any(each["address"].endswith("role/left-over") for each in some)
    assert not any(each["address"].endswith("role/shop-api") for each in some)


def test_configuration_of_the_pack_is_taken(run: Run, tmp_path: Path) -> None:
    """`policy/strict.json` makes more of the rules mandatory; another file turns all off."""
    off = tmp_path / "off.json"
    off.write_text('{"all": "disabled"}', encoding="utf-8")

    default, strict, none = (
        json.loads(run("--output", "json", *args).stdout)["counts"]
        for args in ((), ("--config", str(_STRICT)), ("--config", str(off)))
    )

    assert strict["mandatory"] > default["mandatory"] > 0
    assert strict["mandatory"] + strict["advisory"] == default["mandatory"] + default["advisory"]
    assert (none["mandatory"], none["advisory"]) == (0, 0)


def test_advisory_rules_alone_are_exit_code_zero(run: Run, tmp_path: Path) -> None:
    """A pipeline stops at mandatory rules only."""
    file = tmp_path / "rules.json"
    file.write_text('{"all": "advisory"}', encoding="utf-8")

    result = run("--config", str(file))

    assert result.exit_code == 0
    assert "\n0 mandatory, " in result.stdout


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"pid-trust-wroks": "disabled"}', "audit-config-rule-unknown"),
        ("{", "audit-config-malformed"),
        (None, "file-unreadable"),
    ],
)
def test_faulty_configuration_is_told_before_aws_is_asked(
    run: Run, running: RunningEmulator, tmp_path: Path, text: str | None, problem: str
) -> None:
    """A misspelt rule turns nothing off in silence: exit code 1, and AWS is left alone."""
    running.reset_calls()
    file = tmp_path / "rules.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    result = run("--config", str(file))

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"[{problem}]" in result.stderr
    assert running.calls() == []


def test_cluster_that_is_not_there_is_exit_code_one(run: Run) -> None:
    """Could not look is not the same as nothing found."""
    result = run("--cluster", "porduction")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[cluster-not-found]" in result.stderr


def test_region_without_clusters_says_so(aws: LoopbackAws) -> None:
    """Nothing to judge is said in a sentence, for a region may be misspelt."""
    result = CliRunner().invoke(app, ["audit"])

    assert aws.calls == ["/clusters"]
    assert (result.exit_code, result.stdout) == (0, "no clusters, so nothing was judged\n")


@pytest.mark.parametrize("operation", ["^/clusters$", "^/clusters/prod", "GetRole$", "GetPolicy$"])
def test_denied_read_is_exit_code_one(aws: LoopbackAws, operation: str) -> None:
    """Whatever may not be read, the audit says so and prints no half report."""
    aws.declare_cluster("prod")
    role = aws.declare_role("app", attached=["arn:aws:iam::111122223333:policy/mine"])
    aws.declare_association("prod", "dev", "app", roleArn=role)
    aws.refuse(operation, "AccessDenied", "not authorized", status=403)

    result = CliRunner().invoke(app, ["audit"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[aws-access-denied]" in result.stderr


def test_misspelt_option_has_a_code_of_its_own(run: Run) -> None:
    """A pipeline that lets violations pass, code 3, does not let this pass."""
    assert run("--clutser", "demo").exit_code == 64
