"""A call as IAM sees it: who asks for which action on what, and the context keys of the call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

Context: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values by key in lower case; a key that is not there is not in the request."""


def context_of(values: Mapping[str, str | Iterable[str]]) -> Context:
    """Return a context; keys that differ in case are one, a key without values is absent."""
    context: dict[str, tuple[str, ...]] = {}
    for key, value in values.items():
        found = (value,) if isinstance(value, str) else tuple(value)
        if found:
            context[key.lower()] = (*context.get(key.lower(), ()), *found)
    return context


class PrincipalKind(Enum):
    """What sort of caller asks."""

    ANONYMOUS = "anonymous"
    FEDERATED = "Federated"
    ROLE = "role"
    ROOT = "root"
    SERVICE = "Service"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        kind: What sort of caller.
        name: What refusals call the caller: ARN of a session, user or root, a service's name, an
            identity provider's ARN or host.
        account: The caller's account, 12 digits; empty for services.
        role_arn: ARN of the role with its path, of a session.
    """

    kind: PrincipalKind
    name: str = ""
    account: str = ""
    role_arn: str = ""

    @classmethod
    def session(cls, role_arn: str, session_name: str) -> "Principal":
        """Return a session of a role."""
        _, partition, _, _, account, resource = role_arn.split(":", 5)
        name = f"{resource.rpartition('/')[2]}/{session_name}"
        arn = f"arn:{partition}:sts::{account}:assumed-role/{name}"
        return cls(PrincipalKind.ROLE, arn, account, role_arn)

    @classmethod
    def user(cls, arn: str) -> "Principal":
        """Return an IAM user."""
        return cls(PrincipalKind.USER, arn, arn.split(":")[4])

    @classmethod
    def root(cls, account: str, partition: str = "aws") -> "Principal":
        """Return the administrator of an account."""
        return cls(PrincipalKind.ROOT, f"arn:{partition}:iam::{account}:root", account)

    @classmethod
    def service(cls, name: str) -> "Principal":
        """Return a service of AWS, such as pods.eks.amazonaws.com."""
        return cls(PrincipalKind.SERVICE, name)

    @classmethod
    def federated(cls, provider: str) -> "Principal":
        """Return who was signed in by an identity provider, which is given by its ARN or host."""
        return cls(PrincipalKind.FEDERATED, provider)

    @property
    def arn(self) -> str:
        """The ARN that aws:PrincipalArn has: of a session its role's."""
        return self.role_arn or self.name


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource.

    Attributes:
        principal: Who asks.
        action: `service:Action`; case does not count.
        resource: ARN of what is acted on, `*` where an action has none.
        context: Context keys of the call.
    """

    principal: Principal
    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)
