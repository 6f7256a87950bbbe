"""A role as STS has it when it is assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from eks_pod_identity_emulator.authorization import CallerPolicies


@dataclass(frozen=True, slots=True)
class AssumableRole:
    """What of a role counts when it is assumed.

    Attributes:
        arn: ARN with path.
        id: Unique id, AROA...
        trust: Trust policy document.
        tags: Tags of the role.
    """

    arn: str
    id: str
    trust: Mapping[str, Any]
    tags: Mapping[str, str]

    @property
    def account(self) -> str:
        """The role's account."""
        return self.arn.split(":")[4]


class Roles(Protocol):
    """IAM, as far as roles are assumed."""

    def find(self, arn: str) -> AssumableRole | None:
        """Return the role of an ARN, None if there is none (yet)."""
        ...

    def policies(self, arn: str) -> CallerPolicies:
        """Return what a role may do: identity policies and boundary.

        Raises:
            ApiError: A policy has no known document.
        """
        ...
