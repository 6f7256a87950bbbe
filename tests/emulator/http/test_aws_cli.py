"""The AWS CLI against the emulator, by AWS_ENDPOINT_URL alone."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount

pytestmark = pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")


def _aws(aws: AwsAccount, folder: Path, *arguments: str) -> str:
    """Run a command of the CLI with nothing of the user's around it."""
    environment = {
        **aws.emulator.environment(),
        "AWS_ACCESS_KEY_ID": aws.id,
        "AWS_PAGER": "",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        ["aws", *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout or done.stderr.strip()


def test_association_by_hand(aws: AwsAccount, tmp_path: Path) -> None:
    """The commands of the EKS user guide work: role, association, list, and the 409."""
    aws.declare_cluster()
    (tmp_path / "trust.json").write_text(POD_IDENTITY_TRUST)
    document = "file://trust.json"
    made = _aws(
        aws, tmp_path, "iam", "create-role", "--role-name", "app",
        "--assume-role-policy-document", document,
    )  # fmt: skip
    role = json.loads(made)["Role"]["Arn"]
    create = (
        "eks", "create-pod-identity-association", "--cluster-name", "demo", "--namespace", "web",
        "--service-account", "api", "--role-arn", role,
    )  # fmt: skip

    association = json.loads(_aws(aws, tmp_path, *create))["association"]
    again = _aws(aws, tmp_path, *create)

    assert association["roleArn"] == role
    assert again.startswith("An error occurred (ResourceInUseException)")
    assert association["associationId"] in again


def test_kubeconfig_of_the_cli_reaches_the_cluster(aws: AwsAccount, tmp_path: Path) -> None:
    """`aws eks update-kubeconfig` takes the endpoint that DescribeCluster names."""
    aws.declare_cluster()
    file = str(tmp_path / "kubeconfig")

    _aws(aws, tmp_path, "eks", "update-kubeconfig", "--name", "demo", "--kubeconfig", file)

    server = f"{aws.emulator.url}/_kubernetes/{aws.id}/eu-west-1/demo"
    assert f"server: {server}" in Path(file).read_text()
    assert aws.emulator.ask("GET", f"/_kubernetes/{aws.id}/eu-west-1/demo/version")["major"] == "1"


def test_stack_is_deployed_through_a_change_set(aws: AwsAccount, tmp_path: Path) -> None:
    """`aws cloudformation deploy` makes a change set, executes it and waits."""
    resource = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": json.loads(POD_IDENTITY_TRUST)},
    }
    (tmp_path / "stack.json").write_text(json.dumps({"Resources": {"Role": resource}}))

    told = _aws(
        aws, tmp_path, "cloudformation", "deploy", "--stack-name", "roles",
        "--template-file", "stack.json", "--capabilities", "CAPABILITY_IAM",
    )  # fmt: skip

    assert "Successfully created/updated stack - roles" in told
    assert len(aws.iam.list_roles()["Roles"]) == 1


def test_file_goes_to_a_bucket_and_back(aws: AwsAccount, tmp_path: Path) -> None:
    """`aws s3 cp` sends checksums and chunks as it does to AWS."""
    (tmp_path / "file").write_text("hello")
    bucket = f"s3://cli-{aws.id}"

    _aws(aws, tmp_path, "s3", "mb", bucket)
    _aws(aws, tmp_path, "s3", "cp", "file", f"{bucket}/a/file")

    assert _aws(aws, tmp_path, "s3", "cp", f"{bucket}/a/file", "-") == "hello"
