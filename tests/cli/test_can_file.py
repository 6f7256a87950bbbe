"""`eks-pod-identity can` of what a file will make, and of what a resource says itself."""

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
_FILE = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: demo, region: eu-west-1}
iam:
  podIdentityAssociations:
    - namespace: shop
      serviceAccountName: reader
      permissionPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
    - namespace: shop
      serviceAccountName: writer
      permissionPolicy:
        Version: "2012-10-17"
        Statement:
          - {Sid: Write, Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::shop/*"}
"""
_OBJECT = "arn:aws:s3:::shop/x"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningEmulator]:
    """An account, of which AWS's own policies are read."""
    with RunningEmulator(_TESTS / "cases" / "audit" / "aws.yaml") as running:
        yield running


@pytest.fixture
def run(running: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `can` against it."""
    running.lead_here(monkeypatch)
    return lambda *args: CliRunner().invoke(app, ["can", *args])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ClusterConfig that was never brought up."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cluster.yaml").write_text(_FILE)
    return "cluster.yaml"


@pytest.mark.parametrize(
    ("golden", "words", "code"),
    [
        ("file-allow.txt", ("shop/writer", "s3:PutObject"), 0),
        ("file-managed.txt", ("shop/reader", "s3:GetObject"), 0),
        ("file-deny.txt", ("shop/reader", "s3:PutObject"), 3),
    ],
)
def test_a_file_answers_before_anything_is_made(
    run: Run, file: str, golden: str, words: tuple[str, str], code: int
) -> None:
    """Its own documents count, and those of the managed policies that it names."""
    result = run(*words, _OBJECT, "--file", file, "--account", "111122223333")

    assert_golden(f"can/{golden}", result.output)
    assert result.exit_code == code


def test_without_aws_the_files_own_documents_still_count(
    run: Run, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only AWS knows is "depends", and the reason is told; nothing is guessed."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    args = ("--file", file, "--account", "111122223333")

    own = run("shop/writer", "s3:PutObject", _OBJECT, *args)
    named = run("shop/reader", "s3:GetObject", _OBJECT, *args)

    assert (own.exit_code, named.exit_code) == (0, 4), own.output + named.output
    assert "not read: " in named.output
    assert "AmazonS3ReadOnlyAccess, which cannot be read" in named.output


def test_the_account_of_a_file_is_asked_for(run: Run, file: str) -> None:
    """A ClusterConfig does not say it, and nothing is answered for a made-up one."""
    result = run("shop/writer", "s3:PutObject", _OBJECT, "--file", file)

    assert result.exit_code == 1
    assert "review-account-unknown" in result.output
    assert "--account" in result.output


def test_a_state_answers_as_its_file_does(run: Run) -> None:
    """A state says account, region, roles and policies itself."""
    state = _TESTS / "recorded" / "states" / "cluster" / "state.json"
    found = run("--who", "s3:GetObject", _OBJECT, "--file", str(state), "-o", "json")

    answers = json.loads(found.output)["answers"]
    assert found.exit_code == 0
    assert answers
    assert all(each["sessions"][0]["roleArn"] for each in answers)


def test_the_policy_of_a_resource_is_joined(run: Run, file: str, tmp_path: Path) -> None:
    """A bucket that lets everybody of its account in makes up for what the role lacks."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = tmp_path / "bucket.json"
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    args = ("shop/reader", "s3:PutObject", _OBJECT, "--file", file, "--account", "111122223333")

    alone = run(*args)
    joined = run(*args, "--resource-policy", str(policy))
    foreign = run(*args, "--resource-policy", str(policy), "--resource-account", "444455556666")

    assert [each.exit_code for each in (alone, joined, foreign)] == [3, 0, 3]
    assert_golden("can/resource-policy.txt", joined.output)
