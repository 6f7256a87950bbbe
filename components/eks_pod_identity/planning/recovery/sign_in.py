"""As whom, and where, a provider of a stack works: so that look-ups ask the AWS it writes to.

In: a stack and a provider's URN. Out: region, profile and account, or what we cannot follow.
"""

import json
import re
from dataclasses import dataclass

from eks_pod_identity.planning.recovery.stack import StackResource, StackState

# Ways to sign in, or to find AWS, that only the provider itself can follow.
_NOT_FOLLOWED = (
    "accessKey",
    "assumeRoleWithWebIdentity",
    "assumeRoles",
    "endpoints",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
    "token",
)
# EKS resources are of the provider's own account; roles may be of others.
_EKS_ARN = re.compile(r"arn:[a-z-]+:eks:[a-z0-9-]+:(\d{12}):")


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a provider signs in.

    Attributes:
        region: Its region; None for that of the environment.
        profile: Its profile; None for that of the environment.
        accounts: The accounts that its resources were seen in; empty if nothing tells.
        not_followed: Its arguments that we cannot follow.
    """

    region: str | None = None
    profile: str | None = None
    accounts: frozenset[str] = frozenset()
    not_followed: tuple[str, ...] = ()


def sign_in_of(stack: StackState, provider: str) -> SignIn:
    """Return how a provider signs in, by its URN; the environment's way for an unknown one."""
    known = stack.by_urn.get(provider)
    inputs = known.inputs if known else {}
    return SignIn(
        region=inputs.get("region"),
        profile=inputs.get("profile"),
        accounts=frozenset(
            account
            for resource in _resources(stack)
            if resource.provider == provider
            for account in _EKS_ARN.findall(_text(resource))
        ),
        not_followed=tuple(name for name in _NOT_FOLLOWED if inputs.get(name)),
    )


def _resources(stack: StackState) -> tuple[StackResource, ...]:
    return stack.resources + tuple(each.resource for each in stack.operations)


def _text(resource: StackResource) -> str:
    return json.dumps([dict(resource.inputs), dict(resource.outputs)])
