"""What EKS sees of IAM: roles, read through a window that the server opens on its IAM."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as IAM has it.

    Attributes:
        arn: ARN with path.
        trust: Trust policy document, decoded.
        changed_at: When the role was created or its trust policy last changed, in seconds of
            `Clock.monotonic`.
        previous_trust: Trust policy before that change; None if the change was the creation.
    """

    arn: str
    trust: Mapping[str, Any]
    changed_at: float
    previous_trust: Mapping[str, Any] | None = None


class IamView(Protocol):
    """Looks roles up; called under EKS's lock, so it must be quick and must not call EKS."""

    def role(self, account: str, name: str) -> RoleView | None:
        """Return the role of that name (the last part of its ARN), or None."""
        ...
