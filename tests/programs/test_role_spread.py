"""One `up` is enough while IAM's changes have not reached EKS, on the real engine.

After https://github.com/hashicorp/terraform-provider-aws/issues/34711: UpdateAddon is sent once.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, declared
from harness.emulated import Emulated, emulator

_MINE = "arn:aws:iam::111122223333:role/mine"
_EBS = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
_SPREAD_SECONDS = 4
_PODS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    cluster = {"name": "slow", "version": "1.33", "namespaces": ["kube-system"]}
    other = {**cluster, "name": "trust"}
    # Its trust policy is changed in the test, so EKS sees the old one for a while.
    ec2 = json.loads(json.dumps(_PODS).replace("pods.eks", "ec2"))
    seed = {
        "settings": {"iamSpreadSeconds": _SPREAD_SECONDS, "addonTransitionSeconds": 0.1},
        "accounts": {
            "111122223333": {
                "roles": [{"name": "mine", "trust": ec2}],
                "regions": {"eu-west-1": {"clusters": [cluster, other]}},
            }
        },
    }
    file = tmp_path_factory.mktemp("aws") / "aws.yaml"
    file.write_text(json.dumps(seed))
    with emulator(file) as emulated:
        yield emulated


def _ebs(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return Component("Addon", "ebs", {"addon_name": "aws-ebs-csi-driver", **args})


def _entry(**role: str) -> dict[str, Any]:
    account = "ebs-csi-controller-sa"
    return {"service_account": account, "permission_policy_arns": [_EBS], **role}


def test_a_new_role_for_an_installed_addon_takes_one_run(aws: Emulated, tmp_path: Path) -> None:
    """So does a role by another name; each wait says what it waits for."""
    stack = declared(tmp_path, aws, "slow")
    stack.up(_ebs(pod_identity_associations=[]))
    stack.declare(_ebs(pod_identity_associations=[_entry()]))

    added = stack.program.up()
    renamed = stack.up(_ebs(pod_identity_associations=[_entry(role_name="another")]))

    assert added.code == 0, added.output
    assert "ebs: EKS does not see its role yet; next try in 1 s" in added.output
    assert renamed[-1] == "DeleteRole"
    assert stack.association("kube-system/ebs-csi-controller-sa")["roleArn"].endswith("/another")


def test_a_trust_policy_that_has_just_been_mended_takes_one_run(
    aws: Emulated, tmp_path: Path
) -> None:
    """EKS calls it invalid until it sees the change, and the AWS provider takes that for final."""
    stack = declared(tmp_path, aws, "trust")
    aws.client("iam").update_assume_role_policy(RoleName="mine", PolicyDocument=json.dumps(_PODS))
    account = {"namespace": "dev", "service_account": "app", "role_arn": _MINE}

    writes = stack.up(Component("PodIdentityAssociation", "app", account))

    assert set(writes) == {"CreatePodIdentityAssociation"}
    assert stack.association("dev/app")["roleArn"] == _MINE
