"""What the kinds of EKS share: tags by ARN, and waiting for an update of a cluster or add-on."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import uuid4

from eks_pod_identity_emulator.plugins.aws.kind import Kind, Scope
from eks_pod_identity_emulator.plugins.values import PropertyMap
from eks_pod_identity_emulator.plugins.waiting import Status

GONE = "ResourceNotFoundException"
REFUSED = "InvalidParameterException"


class TaggedEksKind(Kind):
    """A kind of EKS whose tags are set by its ARN.

    Attributes:
        arn_property: The property that holds the ARN.
    """

    arn_property: ClassVar[str] = "arn"

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Untag, then tag, as the real provider does."""
        resource_arn = state[self.arn_property]
        if removed:
            scope.call("eks", "UntagResource", resourceArn=resource_arn, tagKeys=removed)
        if updated:
            scope.call("eks", "TagResource", resourceArn=resource_arn, tags=updated)


def request_token() -> str:
    """Return a token by which EKS knows a repeated request."""
    return str(uuid4())


def wait_for_update(
    scope: Scope, cluster: str, update_id: str, timeout: float, addon: str | None = None
) -> None:
    """Wait until EKS has carried out an update."""

    def look() -> Status | None:
        answer = scope.find(
            "eks", "DescribeUpdate", GONE, name=cluster, updateId=update_id, addonName=addon
        )
        if answer is None:
            return None
        update = answer["update"]
        return Status(update["status"], _issues(update.get("errors", ()), "error"))

    scope.waiting.until(look, {"InProgress"}, "Successful", scope.timeout or timeout)


def health_issues(described: Mapping[str, Any]) -> str:
    """Return what EKS says ails an add-on or cluster."""
    return _issues(described.get("health", {}).get("issues", ()), "")


def _issues(issues: Iterable[Mapping[str, Any]], prefix: str) -> str:
    """Word issues as the real provider does: the resources, the code, the sentence."""
    code, message = (f"{prefix}Code", f"{prefix}Message") if prefix else ("code", "message")
    return "\n".join(
        f"{', '.join(issue.get('resourceIds', ()))}: {issue.get(code)}: {issue.get(message, '')}"
        for issue in issues
    )
