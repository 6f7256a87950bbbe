"""As whom a recovery looks things up: as the provider of the interrupted run does."""

import json
from typing import Any

import pytest
from harness.recorded_stack import recorded_stack

from eks_pod_identity.observed.stack import UNKNOWN, StackResource, StackState
from eks_pod_identity.recovery.sign_in import SignIn, sign_in_of


def test_sign_in_is_that_of_the_provider() -> None:
    """Region and profile come from the provider, and the accounts from what it made."""
    stack = recorded_stack("killed-update")
    provider = next(each for each in stack.resources if each.type == "pulumi:providers:aws")

    sign_in = sign_in_of(stack, provider.urn)

    assert sign_in.accounts == {"111122223333"}
    assert sign_in.not_followed == ()


def test_roles_that_a_provider_assumes_are_those_of_the_look_up() -> None:
    """One after the other, with all that their trust policies may ask for."""
    roles = [
        {"roleArn": "arn:aws:iam::111122223333:role/ci", "duration": "1h"},
        {
            "roleArn": "arn:aws:iam::444455556666:role/deploy",
            "sessionName": "shop",
            "externalId": "x",
            "tags": {"team": "a"},
            "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
    ]

    sign_in = _sign_in({"assumeRoles": json.dumps(roles)})

    assert sign_in.not_followed == ()
    assert sign_in.roles == (
        {
            "RoleSessionName": "eks-pod-identity-recover",
            "RoleArn": "arn:aws:iam::111122223333:role/ci",
        },
        {
            "RoleSessionName": "shop",
            "RoleArn": "arn:aws:iam::444455556666:role/deploy",
            "ExternalId": "x",
            "Tags": [{"Key": "team", "Value": "a"}],
            "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        },
    )


@pytest.mark.parametrize(
    ("inputs", "not_followed"),
    [
        ({"token": "t"}, "token"),
        ({"assumeRoles": {"4dabf18193072939515e22adb298388d": "secret"}}, "assumeRoles"),
        ({"assumeRoles": UNKNOWN}, "assumeRoles"),
        ({"assumeRoles": '[{"roleArn": "arn", "new": "argument"}]'}, "assumeRoles"),
    ],
    ids=str,
)
def test_way_to_sign_in_that_is_not_followed_is_named(
    inputs: dict[str, Any], not_followed: str
) -> None:
    """A look-up as somebody else would find nothing, and nothing would be taken for not made."""
    assert _sign_in(inputs).not_followed == (not_followed,)


def _sign_in(inputs: dict[str, Any]) -> SignIn:
    provider = StackResource("provider", "pulumi:providers:aws", inputs=inputs)
    return sign_in_of(StackState((provider,)), "provider")
