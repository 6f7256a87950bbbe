"""Plain resources of a program move under a component, and leave it, without being replaced."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated

_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_LOGS = "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess"
_INLINE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}],
}
_PLAIN = """
import json, pulumi_aws as aws
role = aws.iam.Role("app", assume_role_policy=json.dumps({trust}))
for name, arn in {policies}.items():
    aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=arn)
aws.iam.RolePolicy("app-inline", name="queue", role=role.name, policy=json.dumps({inline}))
aws.eks.PodIdentityAssociation("app", cluster_name="{cluster}", namespace="dev",
    service_account="app", role_arn=role.arn)
"""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
_ADOPTS: dict[str, Any] = {
    "role": "app",
    "attachments": {_READ: "app-read", _LOGS: "app-logs"},
    "inline_policies": {"queue": "app-inline"},
    "association": "app",
}
_ARGS = {
    "namespace": "dev",
    "service_account": "app",
    "permission_policy_arns": [_READ, _LOGS],
    "permission_policy": _INLINE,
    "permission_policy_name": "queue",
}


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), "moved") as emulated:
        yield emulated


def _plain(stack: Declared) -> None:
    """Bring up the plain resources, and leave a program that has components again."""
    program = stack.program.read("__main__.py")
    policies = {"app-read": _READ, "app-logs": _LOGS}
    text = _PLAIN.format(trust=_TRUST, policies=policies, inline=_INLINE, cluster=stack.cluster)
    with stack.program.with_text("__main__.py", text):
        stack.up()
    assert stack.program.read("__main__.py") == program


def _component(**more: Any) -> Component:  # noqa: ANN401 - arguments of any type
    return Component("PodIdentityAssociation", "app", {**_ARGS, **more})


def test_plain_resources_move_and_leave(aws: Emulated, tmp_path: Path) -> None:
    """What would lose a policy or replace the role is refused; moved whole, nothing is.

    An alias of the role alone would attach each policy under its new URN and then detach the same
    one under the old. With `retain` all of it stays when the component goes.
    """
    stack = declared(tmp_path, aws, "moved")
    _plain(stack)
    before = stack.association("dev/app")

    alone = stack.refused(_component(adopts={"role": "app", "association": "app"}))
    fewer = stack.refused(_component(adopts=_ADOPTS, permission_policy_arns=[_READ]))
    renamed = stack.refused(_component(adopts=_ADOPTS, role_name="chosen"))
    stack.declare(_component(adopts=_ADOPTS, service_account="other"))
    elsewhere = stack.program.preview().output
    assert aws.write_log() == ()

    assert "[adopted-policy-lost]" in alone
    assert "[adopted-policy-lost]" in fewer
    assert "[adopted-resource-replaced]" in renamed
    assert "[adopted-resource-replaced]" in elsewhere
    writes = stack.up_as_previewed(_component(adopts=_ADOPTS))
    assert set(writes) == {"TagResource", "TagRole", "UpdateAssumeRolePolicy"}
    after = stack.association("dev/app")
    assert {**after, "tags": {}, "modifiedAt": 0} == {**before, "tags": {}, "modifiedAt": 0}

    assert stack.up(_component(adopts=_ADOPTS, retain=True)) == ()
    assert stack.up(Component("PodIdentityRole", "other", _OTHER))
    role = before["roleArn"].rpartition("/")[2]
    assert stack.association("dev/app")["roleArn"] == before["roleArn"]
    attached = aws.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert {each["PolicyArn"] for each in attached} == {_READ, _LOGS}


_OTHER = {
    "role_name": "other",
    "service_accounts": [{"namespace": "dev", "name": "other"}],
    "permission_policy_arns": [_READ],
}
