"""`eks-pod-identity plan`, run as a user runs it, against the emulator."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.emulator import ACCOUNT, RunningEmulator
from harness.loopback_aws import LoopbackAws
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_STACK_TAGS = {"eks-pod-identity/cluster": "demo", "eks-pod-identity/stack": "shop/prod"}
_HEAD = "metadata: {name: demo, region: eu-west-1}\n"
_ENTRY = """\
autoModeConfig: {enabled: true}
iam:
  podIdentityAssociations:
    - namespace: dev
      serviceAccountName: s3-reader
      roleARN: arn:aws:iam::111122223333:role/s3-reader
"""
_NOTE = (
    "note     1 service account does not exist yet, so no pod can run as it:",
    "         dev/s3-reader",
)

Run = Callable[..., Result]


@pytest.fixture
def run(emulated: RunningEmulator, tmp_path: Path) -> Run:
    """Runs `plan` on a file's text."""
    assert emulated.url

    def _run(text: str, *args: str) -> Result:
        file = tmp_path / "cluster.yaml"
        file.write_text(_HEAD + text, encoding="utf-8")
        return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["plan", str(file), *args])

    return _run


@pytest.fixture
def agent(emulated: RunningEmulator) -> Iterator[None]:
    """Somebody has installed the agent."""
    name = {"clusterName": "demo", "addonName": "eks-pod-identity-agent"}
    eks = emulated.client("eks")
    eks.create_addon(**name)
    eks.get_waiter("addon_active").wait(**name, WaiterConfig={"Delay": 1})
    yield
    eks.delete_addon(**name)
    eks.get_waiter("addon_deleted").wait(**name, WaiterConfig={"Delay": 1})


@pytest.fixture
def associate(emulated: RunningEmulator) -> Iterator[Callable[..., str]]:
    """Makes associations, and deletes them in the end."""
    eks, made = emulated.client("eks"), []

    def _associate(account: str, tags: dict[str, str]) -> str:
        answer = eks.create_pod_identity_association(
            clusterName="demo",
            namespace="dev",
            serviceAccount=account,
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/s3-reader",
            **({"tags": tags} if tags else {}),
        )
        made.append(answer["association"]["associationId"])
        return str(made[-1])

    yield _associate
    for id_ in made:
        eks.delete_pod_identity_association(clusterName="demo", associationId=id_)


@pytest.mark.usefixtures("agent")
def test_what_is_missing_is_to_be_created(run: Run) -> None:
    """A declared association that is not there is a step, and exit code 2 if asked for."""
    result = run(_ENTRY)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "create   iam.podIdentityAssociations dev/s3-reader  declared, not in cluster",
        *_NOTE,
        'cluster "demo": 1 to create',
    ]
    assert run(_ENTRY, "--detailed-exitcode").exit_code == 2


@pytest.mark.usefixtures("agent")
def test_what_is_there_needs_nothing(run: Run, associate: Callable[..., str]) -> None:
    """An association that this stack made and that is equal is exit code 0, however asked for."""
    associate("s3-reader", _STACK_TAGS)

    result = run(_ENTRY, "--detailed-exitcode", "--stack", "shop/prod")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "same     1 association",
        *_NOTE,
        "stack    shop/prod",
        'cluster "demo": nothing to do',
    ]


@pytest.mark.usefixtures("agent")
def test_folder_of_the_program_tells_the_stack(
    run: Run, associate: Callable[..., str], tmp_path: Path
) -> None:
    """Beside a Pulumi.yaml, or with --cwd, no other project's things are taken for the file's."""
    associate("theirs", _STACK_TAGS)
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: payments\nruntime: python\n", "utf-8")

    guessed = run(_ENTRY)
    told = run(_ENTRY, "--cwd", str(program))
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", "utf-8")
    beside = run(_ENTRY)

    assert "delete   iam.podIdentityAssociations dev/theirs" in guessed.stdout
    assert "note     stack shop/prod made nothing that the file declares" in guessed.stdout
    assert "stack    shop/prod" in guessed.stdout.splitlines()
    assert "foreign  1 association of others, left alone" in told.stdout.splitlines()
    assert "delete" not in told.stdout
    assert "delete   iam.podIdentityAssociations dev/theirs" in beside.stdout


def test_conflict_of_a_guessed_stack_is_told_with_the_guess(
    run: Run, associate: Callable[..., str]
) -> None:
    """Whoever is told of an omission learns whose things are meant, and how to say another."""
    associate("theirs", _STACK_TAGS)

    result = run("addons: [{name: eks-pod-identity-agent}]\n")

    assert result.exit_code == 1
    assert "[associations-omitted]" in result.stdout
    assert "note     stack shop/prod made nothing that the file declares" in result.stdout
    assert "--stack PROJECT/STACK" in result.stdout


@pytest.mark.parametrize("stack", ["prod", "acme/shop/prod", "shop/"])
def test_stack_without_its_project_is_misspelt(run: Run, stack: str) -> None:
    """No tag says so, so all that the stack made would be told as somebody else's."""
    result = run(_ENTRY, "--stack", stack)

    assert result.exit_code == 64
    assert "is not PROJECT/STACK" in result.stderr


@pytest.mark.usefixtures("agent")
def test_conflict_is_exit_code_one(run: Run, associate: Callable[..., str]) -> None:
    """An association of somebody else is a problem with file, line and id."""
    id_ = associate("s3-reader", {})

    result = run(_ENTRY, "--detailed-exitcode")

    assert result.exit_code == 1
    assert "[association-exists]" in result.stdout
    assert "cluster.yaml:5:7" in result.stdout
    assert id_ in result.stdout


@pytest.mark.usefixtures("agent")
def test_json_holds_steps_and_problems(run: Run, associate: Callable[..., str]) -> None:
    """Programs get all of a plan on standard output, conflicts included."""
    associate("s3-reader", _STACK_TAGS)
    associate("dropped", _STACK_TAGS)
    associate("foreign", {})

    shown = json.loads(run(_ENTRY, "--output", "json").stdout)

    assert [(each["step"], each["name"]) for each in shown["changes"]] == [
        ("delete", "dev/dropped"),
        ("same", "dev/s3-reader"),
    ]
    assert [each["serviceAccount"] for each in shown["foreign"]] == ["foreign"]
    assert shown["problems"] == []


@pytest.mark.usefixtures("agent")
def test_plan_writes_nothing(run: Run, emulated: RunningEmulator) -> None:
    """Looking does not touch: the emulator's call log has no write."""
    emulated.reset_calls()

    run(_ENTRY)

    calls = emulated.calls()
    assert calls
    assert [each["operation"] for each in calls if each["write"]] == []


def test_faults_of_the_file_are_told_without_asking_aws(
    run: Run, emulated: RunningEmulator
) -> None:
    """A wrong file is exit code 1, its problems on standard error, and AWS is left alone."""
    emulated.reset_calls()

    result = run("iam: {podIdentityAssociations: [{namespace: dev}]}\n")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[association-service-account-missing]" in result.stderr
    assert emulated.calls() == []


def test_unknown_cluster_is_told_at_its_name(emulated: RunningEmulator, tmp_path: Path) -> None:
    """The place of the report is the name in the file."""
    assert emulated.url
    file = tmp_path / "cluster.yaml"
    file.write_text("metadata:\n  name: porduction\n  region: eu-west-1\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["plan", str(file)])

    assert result.exit_code == 1
    assert 'metadata.name: this account has no cluster "porduction" in eu-west-1' in result.stderr
    assert "cluster.yaml:2:3" in result.stderr


def test_unreadable_file_is_a_problem() -> None:
    """A path that leads nowhere is one sentence and what to do."""
    result = CliRunner().invoke(app, ["plan", "nowhere.yaml"])

    assert result.exit_code == 1
    assert "[file-unreadable]" in result.stderr


def test_denied_read_is_a_problem(aws: LoopbackAws, tmp_path: Path) -> None:
    """A caller who may not read a role learns which call is denied."""
    aws.declare_cluster("demo")
    aws.refuse("GetRole", "AccessDenied", "not authorized to perform: iam:GetRole", status=403)
    file = tmp_path / "cluster.yaml"
    file.write_text(_HEAD + _ENTRY, encoding="utf-8")

    result = CliRunner().invoke(app, ["plan", str(file)])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[aws-access-denied]" in result.stderr
    assert "iam:GetRole" in result.stderr
