"""programs/session-tags on the real engine: one role, and each pod reads its own secret."""

import shutil
from collections.abc import Iterator

import pytest
from harness.emulated import ROOT, Program, Run, copy_program, emulator, run_command
from harness.shown_runs import comparable, shown_runs

_PROGRAM = ROOT / "programs" / "session-tags"
_CLUSTER = "eks-pod-identity-demo"


@pytest.fixture(scope="module", name="program")
def _program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program, deployed."""
    with emulator(_PROGRAM / "aws.yaml") as aws:
        program = copy_program(_PROGRAM, tmp_path_factory.mktemp("program") / "p", aws)
        first = program.up()
        assert first.code == 0, first.output
        yield program


def _exec(program: Program, pod: str, *command: str) -> Run:
    line = ["eks-pod-identity-emulator", "pod", "exec", pod, "--", *command]
    return run_command(line, program.emulated.environment, program.folder)


def _read(program: Program, environment: str, secret: str) -> Run:
    """Read a secret with the AWS SDK, as the pod of an environment."""
    code = (
        "import boto3; client = boto3.client('secretsmanager'); "
        f"print(client.get_secret_value(SecretId='{secret}-secret')['SecretString'])"
    )
    return _exec(program, f"{environment}-ns/secretmgr-app-pod", "python", "-c", code)


@pytest.mark.parametrize(("environment", "other"), [("dev", "qa"), ("qa", "dev")])
def test_pod_reads_its_own_secret_and_no_other(
    program: Program, environment: str, other: str
) -> None:
    """With one role for both, the namespace's tag decides; the refusal is in AWS's words."""
    own = _read(program, environment, environment)
    refused = _read(program, environment, other)

    assert own.output == f"This is super secret in {environment} ns\n"
    assert refused.code != 0
    assert (
        f"is not authorized to perform: secretsmanager:GetSecretValue on resource: {other}-secret "
        "because no identity-based policy allows the secretsmanager:GetSecretValue action"
    ) in refused.output


def test_both_replicas_of_the_s3_app_list_buckets(program: Program) -> None:
    """Every pod of the Deployment has the role of its service account."""
    names = [
        pod["name"] for pod in program.emulated.pods(_CLUSTER) if pod["namespace"] == "s3-app-ns"
    ]
    code = "import boto3; print([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])"

    listed = [_exec(program, f"s3-app-ns/{name}", "python", "-c", code).output for name in names]

    assert listed == ["['s3-app-reports']\n"] * 2


def test_sessions_have_the_tags_of_the_cloudtrail_event(program: Program) -> None:
    """Role, duration and tags of each AssumeRole are in the call log, as AWS's blog shows them."""
    _read(program, "qa", "qa")

    events = [
        call["parameters"]
        for call in program.emulated.calls()
        if call["operation"] == "AssumeRole" and call.get("invoked_by")
    ]
    event = events[-1]
    tags = {tag["key"]: tag["value"] for tag in event["tags"]}
    assert event["roleArn"].endswith(":role/secretmgr-app-eks-pod-identity-role")
    assert event["roleSessionName"].startswith("eks-eks-pod-identity-secretmgr--")
    assert event["durationSeconds"] == 21_600
    assert tags["eks-cluster-name"] == _CLUSTER
    assert tags["kubernetes-namespace"] == "qa-ns"
    assert tags["kubernetes-service-account"] == "secretmgr-app-sa"


def test_second_run_changes_nothing(program: Program) -> None:
    """What admission put into the pods is no difference."""
    second = program.up("--expect-no-changes")

    assert second.code == 0, second.output


@pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
def test_readme_shows_what_the_commands_print(program: Program) -> None:
    """The outputs of `pod exec` in the README are those of a run."""
    runs = list(shown_runs(_PROGRAM / "README.md"))

    printed = [comparable(_exec(program, run.pod, *run.command).output) for run in runs]

    assert len(runs) == 4
    assert printed == [run.output for run in runs]
