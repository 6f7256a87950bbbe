"""What a stack's state says of the policies on its roles."""

from typing import Any

import pytest
from harness.recorded_stack import recorded_stack

from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.planning.held_policies import held_policies

_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_INLINE = "aws:iam/rolePolicy:RolePolicy"
_ARN = "arn:aws:iam::111122223333:role/api"
_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_SECRET = {"4dabf18193072939515e22adb298388d": "secret"}


def _role(name: str = "api", *, parent: str = "component", deleted: bool = False) -> StackResource:
    outputs = {"name": name, "arn": f"arn:aws:iam::111122223333:role/{name}"}
    return StackResource(
        f"{parent}-{name}-{deleted}",
        "aws:iam/role:Role",
        outputs=outputs,
        parent=parent,
        deleted=deleted,
    )


def _policy(
    type_: str, inputs: dict[str, Any], *, parent: str = "component", deleted: bool = False
) -> StackResource:
    urn = f"{parent}-{type_}-{inputs}-{deleted}"
    return StackResource(urn, type_, inputs=inputs, parent=parent, deleted=deleted)


def test_policies_are_those_beside_the_role() -> None:
    """Attached and inline ones of its component, each by the name that IAM has for it."""
    attached = _policy(_ATTACHMENT, {"role": "api", "policyArn": _S3})
    inline = _policy(_INLINE, {"role": "api", "name": "permissions", "policy": "{}"})

    assert held_policies(StackState((_role(), attached, inline))) == {
        _ARN: {_S3, "permissions"},
    }


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_policy(_ATTACHMENT, {"role": "web", "policyArn": _S3}), id="another role's"),
        pytest.param(
            _policy(_ATTACHMENT, {"role": "api", "policyArn": _S3}, parent="stack"),
            id="the program's own",
        ),
        pytest.param(
            _policy(_ATTACHMENT, {"role": "api", "policyArn": _S3}, deleted=True),
            id="replaced already",
        ),
        pytest.param(_role(deleted=True), id="a role that was replaced"),
    ],
)
def test_what_is_not_of_the_role_is_passed_over(other: StackResource) -> None:
    """Only what the next run would take away from it counts."""
    assert held_policies(StackState((_role(), other))) == {_ARN: frozenset()}


def test_role_with_a_policy_that_cannot_be_read_is_left_out() -> None:
    """What is encrypted might be any policy, so nothing is said of that role."""
    secret = _policy(_ATTACHMENT, {"role": "api", "policyArn": _SECRET})

    assert held_policies(StackState((_role(), _role("web"), secret))) == {
        "arn:aws:iam::111122223333:role/web": frozenset()
    }


def test_state_that_pulumi_wrote_is_understood() -> None:
    """Each role of a recorded stack has the policies that its program gave it."""
    assert held_policies(recorded_stack("killed-update")) == {
        "arn:aws:iam::111122223333:role/ebs": {
            "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
        },
        "arn:aws:iam::111122223333:role/renamed-api": {_S3, "permissions"},
    }
