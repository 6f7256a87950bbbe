"""The record of an asynchronous update, of a cluster or of an add-on.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class Update:
    """One update; InProgress until it is settled.

    Attributes:
        id: A UUID.
        type: Such as AddonUpdate or VersionUpdate.
        params: What was asked for, as type and text.
        created_at: When it began.
        status: InProgress, Successful or Failed.
        errors: Code and message of what went wrong.
    """

    id: str
    type: str
    params: tuple[tuple[str, str], ...]
    created_at: datetime
    status: str = "InProgress"
    errors: list[dict[str, Any]] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        """Return the update as DescribeUpdate shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "type": self.type,
            "params": [{"type": type_, "value": value} for type_, value in self.params],
            "createdAt": self.created_at,
            "errors": list(self.errors),
        }
