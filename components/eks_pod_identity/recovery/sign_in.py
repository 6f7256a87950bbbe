"""As whom, and where, a provider of a stack works: so that look-ups ask the AWS it writes to.

In: a stack and a provider's URN. Out: region, profile and account, or what we cannot follow.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity.observed.stack import StackResource, StackState

# Ways to sign in, or to find AWS, that only the provider itself can follow.
_NOT_FOLLOWED = (
    "accessKey",
    "assumeRoleWithWebIdentity",
    "endpoints",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
    "token",
)
_SESSION = "eks-pod-identity-recover"
_PASSED_ON = {
    "roleArn": "RoleArn",
    "externalId": "ExternalId",
    "policy": "Policy",
    "sourceIdentity": "SourceIdentity",
    "transitiveTagKeys": "TransitiveTagKeys",
}
# EKS resources are of the provider's own account; roles may be of others.
_EKS_ARN = re.compile(r"arn:[a-z-]+:eks:[a-z0-9-]+:(\d{12}):")


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a provider signs in.

    Attributes:
        region: Its region; None for that of the environment.
        profile: Its profile; None for that of the environment.
        accounts: The accounts that its resources were seen in; empty if nothing tells.
        roles: The roles it assumes, one as the other, each as parameters of AssumeRole.
        not_followed: Its arguments that we cannot follow.
    """

    region: str | None = None
    profile: str | None = None
    accounts: frozenset[str] = frozenset()
    roles: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    not_followed: tuple[str, ...] = ()


def sign_in_of(stack: StackState, provider: str) -> SignIn:
    """Return how a provider signs in, by its URN; the environment's way for an unknown one."""
    known = stack.by_urn.get(provider)
    inputs = known.inputs if known else {}
    roles = _roles(inputs.get("assumeRoles"))
    unread = ("assumeRoles",) if roles is None else ()
    return SignIn(
        region=inputs.get("region"),
        profile=inputs.get("profile"),
        accounts=frozenset(
            account
            for resource in _resources(stack)
            if resource.provider == provider
            for account in _EKS_ARN.findall(_text(resource))
        ),
        roles=roles or (),
        not_followed=(*unread, *(name for name in _NOT_FOLLOWED if inputs.get(name))),
    )


def _roles(given: Any) -> tuple[Mapping[str, Any], ...] | None:  # noqa: ANN401 - JSON
    """Return parameters of AssumeRole, or None if a part of them is secret or not known to us."""
    try:
        # Pulumi keeps what is not a text as JSON.
        roles = json.loads(given) if isinstance(given, str) else given or []
        return tuple(dict(_parameters(role)) for role in roles)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _parameters(role: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "RoleSessionName", role.get("sessionName") or _SESSION
    for name, value in role.items():
        if name in _PASSED_ON:
            yield _PASSED_ON[name], value
        elif name == "tags":
            yield "Tags", [{"Key": key, "Value": each} for key, each in value.items()]
        elif name == "policyArns":
            yield "PolicyArns", [{"arn": arn} for arn in value]
        elif name not in {"sessionName", "duration"}:  # a look-up is over before any duration is
            raise KeyError(name)


def _resources(stack: StackState) -> tuple[StackResource, ...]:
    return stack.resources + tuple(each.resource for each in stack.operations)


def _text(resource: StackResource) -> str:
    return json.dumps([dict(resource.inputs), dict(resource.outputs)])
