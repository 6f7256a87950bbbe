"""Remediations under the real engine: what arrives in AWS, and that it stays."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.emulated import ROOT, Emulated, Program, emulator
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

_PROGRAM = """
import pulumi
import pulumi_aws as aws

provider = aws.Provider(
    "tagging", region="eu-west-1", default_tags={"tags": {"kubernetes-namespace": "payments"}}
)
role = aws.iam.Role(
    "app",
    name="app",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pod.eks.amazonaws.com"},
                "Action": "sts:Assume*",
            }
        ],
    },
    tags={"eks-cluster-name": "demo", "owner": pulumi.Output.secret("payments-team")},
)
aws.eks.PodIdentityAssociation(
    "app",
    cluster_name="demo",
    namespace="payments",
    service_account="app",
    role_arn=role.arn,
    disable_session_tags=True,
)
"""
_CONFIG = {
    "pid-trust-service-name": "remediate",
    "pid-trust-minimal-actions": "remediate",
    "pid-trust-works": "remediate",
    "pid-trust-source-bound": {"enforcementLevel": "remediate", "accounts": ["111122223333"]},
    "pid-reserved-tags": "remediate",
    "pid-assoc-tags-on": "remediate",
}


@pytest.fixture(name="demo_aws", scope="module")
def _demo_aws() -> Iterator[Emulated]:
    """One for all tests, which make different things."""
    with emulator(ROOT / "programs" / "cluster" / "aws.yaml") as emulated:
        yield emulated


def test_what_is_put_right_arrives_and_stays(cluster_program: Program) -> None:
    """One role with five gaps is made without them; the second update changes nothing."""
    cluster_program.write("__main__.py", _PROGRAM)
    cluster_program.write("policy.json", json.dumps(_CONFIG))
    pack = ("--policy-pack", str(ROOT / "policy"), "--policy-pack-config", "policy.json")

    preview = cluster_program.preview(*pack)
    assert preview.code == 0, preview.output
    assert UNKNOWN_STRING_VALUE not in preview.output
    made = cluster_program.up(*pack)
    assert made.code == 0, made.output

    iam = cluster_program.emulated.client("iam")
    role = iam.get_role(RoleName="app")["Role"]
    assert role["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            }
        ],
    }
    assert role["Tags"] == [{"Key": "owner", "Value": "payments-team"}]
    association = cluster_program.emulated.associations("demo")["payments/app"]
    assert association["disableSessionTags"] is False

    cluster_program.emulated.writes()
    again = cluster_program.up(*pack)

    assert again.code == 0, again.output
    assert cluster_program.emulated.writes().total() == 0, again.output
    state = json.loads(cluster_program.pulumi("stack", "export").output)
    inputs = {each["urn"].split("::")[-2]: each.get("inputs") for each in _resources(state)}
    assert "ciphertext" in inputs["aws:iam/role:Role"]["tags"]["owner"]


def _resources(state: dict[str, Any]) -> list[dict[str, Any]]:
    return list(state["deployment"]["resources"])


def test_nothing_is_put_right_unasked(cluster_program: Program) -> None:
    """By default the same program is stopped instead."""
    cluster_program.write("__main__.py", _PROGRAM)

    run = cluster_program.preview("--policy-pack", str(ROOT / "policy"))

    assert run.code != 0
    assert "pid-trust-service-name" in run.output
    assert "pid-reserved-tags" in run.output


_ADMIN = """
import pulumi_aws as aws

role = aws.iam.Role(
    "app",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    },
)
aws.iam.RolePolicyAttachment(
    "admin", role=role.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"
)
"""


def test_team_tags_are_added_and_administrators_stopped(cluster_program: Program) -> None:
    """A convention of the team arrives as configured; what no remedy mends ends the preview."""
    cluster_program.write("__main__.py", _ADMIN)
    tags = {"required": ["team"], "values": {"team": "payments"}}
    config = {
        "pid-required-tags": {"enforcementLevel": "remediate", **tags},
        "pid-role-no-admin": "advisory",
    }
    cluster_program.write("policy.json", json.dumps(config))
    pack = ("--policy-pack", str(ROOT / "policy"))

    stopped = cluster_program.preview(*pack)
    made = cluster_program.up(*pack, "--policy-pack-config", "policy.json")

    assert stopped.code != 0
    assert "pid-role-no-admin" in stopped.output
    assert made.code == 0, made.output
    iam = cluster_program.emulated.client("iam")
    (role,) = (each for each in iam.list_roles()["Roles"] if each["RoleName"].startswith("app-"))
    assert iam.list_role_tags(RoleName=role["RoleName"])["Tags"] == [
        {"Key": "team", "Value": "payments"}
    ]
