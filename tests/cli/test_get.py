"""`eks-pod-identity get`, run as a user runs it, against AWS on loopback."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from harness.golden import assert_golden
from harness.loopback_aws import ACCOUNT, LoopbackAws
from typer.testing import CliRunner

from eks_pod_identity.cli import app


@pytest.fixture
def prod(aws: LoopbackAws) -> LoopbackAws:
    """A cluster with associations of every kind."""
    aws.declare_cluster("prod")
    cni = aws.declare_addon("prod", "vpc-cni", addonVersion="v1.20.4-eksbuild.2")
    ebs = aws.declare_addon(
        "prod",
        "aws-ebs-csi-driver",
        addonVersion="v1.52.1-eksbuild.1",
        status="DEGRADED",
        podIdentityAssociations=["arn:aws:eks:eu-west-1:1:podidentityassociation/prod/a-1"],
        serviceAccountRoleArn=f"arn:aws:iam::{ACCOUNT}:role/old-irsa",
        namespaceConfig={"namespace": "kube-system"},
        health={"issues": [{"code": "AccessDenied", "message": "ec2:AttachVolume is denied"}]},
    )
    aws.declare_association("prod", "kube-system", "aws-node", ownerArn=cni)
    aws.declare_association("prod", "kube-system", "ebs-csi-controller-sa", ownerArn=ebs)
    aws.declare_association("prod", "dev", "app", tags={"team": "dev"})
    aws.declare_association(
        "prod",
        "backend",
        "reports",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/teams/backend/reports",
        targetRoleArn="arn:aws:iam::444455556666:role/reports-archive",
        disableSessionTags=True,
        policy='{"Version":"2012-10-17","Statement":[]}',
        externalId=f"eu-west-1/{ACCOUNT}/prod/backend/reports",
    )
    return aws


Run = Callable[..., Result]


@pytest.fixture
def run(prod: LoopbackAws) -> Run:
    """Runs `get --cluster prod` in a terminal of some width."""
    assert prod.clusters

    def _run(*args: str, columns: int | None = None) -> Result:
        environment = {"COLUMNS": str(columns) if columns else None}
        return CliRunner(env=environment).invoke(app, ["get", "--cluster", "prod", *args])

    return _run


@pytest.mark.parametrize(
    ("golden", "args", "columns"),
    [
        ("associations-80.txt", (), 80),
        ("associations-60.txt", (), 60),
        ("associations-wide.txt", (), 180),
        ("associations-full.txt", (), 250),
        ("associations.md", ("--output", "markdown"), 80),
        ("associations.json", ("--output", "json"), 80),
        ("addons-80.txt", ("--addons",), 80),
        ("addons-wide.txt", ("--addons",), 200),
        ("addons.md", ("--addons", "--output", "markdown"), 80),
        ("addons.json", ("--addons", "--output", "json"), 80),
    ],
)
def test_output_is_as_reviewed(run: Run, golden: str, args: tuple[str, ...], columns: int) -> None:
    """Each form of output is the golden file that people have read."""
    result = run(*args, columns=columns)

    assert result.exit_code == 0
    assert_golden(f"get/{golden}", result.output)


def test_narrow_terminal_shows_every_line_whole(run: Run) -> None:
    """In 80 columns nothing is cut: accounts, roles, owners and ids are there to be copied."""
    narrow = run(columns=80).output
    found = json.loads(run("--output", "json").stdout)["associations"]

    assert max(map(len, narrow.splitlines())) <= 80
    for each in found:
        assert f"{each['namespace']}/{each['serviceAccount']}" in narrow
        assert f"-> {each['roleArn'].rpartition('/')[2]}" in narrow
        assert f"({each['associationId']})" in narrow
        assert each["owner"] is None or each["owner"] in narrow
        assert each["targetRoleArn"] is None or each["targetRoleArn"] in narrow


def test_pipe_gets_a_line_per_association(run: Run) -> None:
    """Without a terminal nothing is stacked, so that grep and awk see whole rows."""
    lines = run().output.splitlines()

    assert [line.split()[:2] for line in lines[1:-1]] == [
        ["backend", "reports"],
        ["dev", "app"],
        ["kube-system", "aws-node"],
        ["kube-system", "ebs-csi-controller-sa"],
    ]


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (("--namespace", "dev"), ["app"]),
        (("--service-account", "reports"), ["reports"]),
        (("--owner", "standalone"), ["reports", "app"]),
        (("--owner", "vpc-cni"), ["aws-node"]),
        (("--namespace", "kube-system", "--owner", "standalone"), []),
    ],
)
def test_filters_narrow_what_is_shown(run: Run, args: tuple[str, ...], names: list[str]) -> None:
    """Namespace, service account and owner can be asked for, alone and together."""
    shown = json.loads(run(*args, "--output", "json").stdout)

    assert [each["serviceAccount"] for each in shown["associations"]] == names


def test_nothing_found_is_said(run: Run) -> None:
    """An empty answer is a sentence, not an empty screen, and no fault."""
    result = run("--namespace", "empty")

    assert result.exit_code == 0
    assert result.stdout == (
        'found no pod identity associations of namespace "empty" in cluster "prod"\n'
    )


def test_problem_ends_with_code_one_and_empty_output(run: Run, prod: LoopbackAws) -> None:
    """A pipe gets nothing when AWS cannot be read; the reason is on standard error."""
    prod.refuse("associations/a-", "AccessDeniedException", "eks:Describe…", status=403)

    result = run("--output", "markdown")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[aws-access-denied]" in result.stderr
    assert "Traceback" not in result.stderr


def test_unknown_cluster_is_a_problem(aws: LoopbackAws) -> None:
    """A cluster that does not exist is told by name."""
    aws.declare_cluster("prod")

    result = CliRunner().invoke(app, ["get", "--cluster", "prdo"])

    assert result.exit_code == 1
    assert 'no cluster "prdo" in eu-west-1 [cluster-not-found]' in result.stderr


def test_cluster_must_be_named() -> None:
    """Without a cluster the command is misspelt, and says what it lacks."""
    result = CliRunner().invoke(app, ["get", "--addons"])

    assert result.exit_code == 64
    assert "--cluster" in result.stderr


def test_filters_of_associations_do_not_go_with_addons(run: Run) -> None:
    """A filter that would have no effect is refused."""
    assert run("--addons", "--namespace", "dev").exit_code == 64
