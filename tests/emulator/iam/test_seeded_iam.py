"""IAM from a seed file, and what EKS sees of changing roles."""

import json
import subprocess
import time
from pathlib import Path

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount, refusal
from harness.emulator import ACCOUNT, RunningEmulator

_TRUST = json.loads(POD_IDENTITY_TRUST)
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


def _seed(folder: Path, roles: list[dict[str, object]], **account: object) -> Path:
    file = folder / "seed.yaml"
    file.write_text(json.dumps({"accounts": {ACCOUNT: {"roles": roles, **account}}}))
    return file


def test_roles_and_policies_of_a_seed_are_there(tmp_path: Path) -> None:
    """A seed's roles have their policies, boundary and tags, as if somebody had made them."""
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/team/limit"
    role = {
        "name": "app",
        "path": "/team/",
        "trust": _TRUST,
        "managedPolicies": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        "inlinePolicies": {"inline": _POLICY},
        "permissionsBoundary": boundary,
        "tags": {"team": "shop"},
    }
    policies = [{"name": "limit", "path": "/team/", "document": _POLICY}]
    with RunningEmulator(_seed(tmp_path, [role], policies=policies)) as emulator:
        iam = emulator.client("iam")
        found = iam.get_role(RoleName="app")["Role"]
        inline = iam.get_role_policy(RoleName="app", PolicyName="inline")["PolicyDocument"]
        calls = emulator.ask("GET", "/_emulator/calls")

    assert found["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/app"
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert found["Tags"] == [{"Key": "team", "Value": "shop"}]
    assert inline == _POLICY
    assert [call["operation"] for call in calls] == ["GetRole", "GetRolePolicy"]


@pytest.mark.parametrize(
    ("role", "message"),
    [
        (
            {"name": "app", "trust": {**_TRUST, "Statement": []}},
            f"accounts.{ACCOUNT}.roles[0]: Missing required field Statement",
        ),
        (
            {"name": "app", "trust": _TRUST, "managedPolicies": ["arn:aws:iam::aws:policy/None"]},
            (f"accounts.{ACCOUNT}.roles[0]: Policy arn:aws:iam::aws:policy/None does not exist "
            "or is not attachable."),
        ),
    ],
)  # fmt: skip
def test_seed_that_iam_refuses_is_one_sentence(
    tmp_path: Path, role: dict[str, object], message: str
) -> None:
    """A faulty seed ends `serve` with the key and IAM's reason, and exit code 1."""
    seed = _seed(tmp_path, [role])
    command = ["eks-pod-identity-emulator", "serve", "--port", "0", "--seed", str(seed)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"eks-pod-identity-emulator: {message}\n"


def _declare_slow_cluster(folder: Path) -> RunningEmulator:
    """Return an emulator with a cluster, whose EKS sees roles 0.6 seconds late."""
    regions = {"eu-west-1": {"clusters": [{"name": "demo"}]}}
    seed = _seed(folder, [], regions=regions)
    return RunningEmulator(seed, "--iam-spread-seconds", "0.6")


def _association(role: str) -> dict[str, str]:
    return {"clusterName": "demo", "namespace": "web", "serviceAccount": "a", "roleArn": role}


def test_new_role_and_new_trust_reach_eks_after_the_spread(tmp_path: Path) -> None:
    """With a spread delay, EKS first knows neither a new role nor its changed trust policy."""
    with _declare_slow_cluster(tmp_path) as emulator:
        aws = AwsAccount(emulator, ACCOUNT)
        role = aws.declare_role("app", POD_IDENTITY_TRUST.replace("pods.eks", "ec2"))
        unknown = refusal(aws.eks.create_pod_identity_association, **_association(role))
        time.sleep(0.7)
        aws.iam.update_assume_role_policy(RoleName="app", PolicyDocument=POD_IDENTITY_TRUST)
        untrusted = refusal(aws.eks.create_pod_identity_association, **_association(role))
        time.sleep(0.7)
        aws.eks.create_pod_identity_association(**_association(role))

    assert unknown.message.startswith("Role provided in the request does not exist")
    assert untrusted.message.startswith("Trust policy of the role provided is invalid")


def test_same_trust_policy_in_other_words_is_no_change(tmp_path: Path) -> None:
    """Writing the same document with other white space does not make EKS wait again."""
    with _declare_slow_cluster(tmp_path) as emulator:
        aws = AwsAccount(emulator, ACCOUNT)
        role = aws.declare_role("app")
        time.sleep(0.7)
        indented = json.dumps(json.loads(POD_IDENTITY_TRUST), indent=4)
        aws.iam.update_assume_role_policy(RoleName="app", PolicyDocument=indented)

        aws.eks.create_pod_identity_association(**_association(role))
