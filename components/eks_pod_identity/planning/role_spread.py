"""How long to wait while EKS does not see a role yet, and when not to wait.

In: the failed operation and its errors. Out: seconds until the next try, or None.
"""

from collections.abc import Sequence

PATIENCE = 90.0
"""Seconds in all, from the first failure: IAM spreads within a minute."""
_LONGEST_PAUSE = 10.0
_TRIES_AT_MOST = 100  # the engine asks an error hook no more often

# In EKS's words: https://github.com/hashicorp/terraform-provider-aws/issues/34711 and #41483.
_UNKNOWN_ROLE = "Role provided in the request does not exist"
_UNTRUSTING_ROLE = "Trust policy of the role provided is invalid"
_ADDON = "aws:eks/addon:Addon"


def next_pause(
    resource_type: str, operation: str, errors: Sequence[str], waited: float
) -> float | None:
    """Return how many seconds to wait before the next try; None if there is none.

    Args:
        resource_type: Pulumi's type of the resource.
        operation: `create`, `update` or `delete`.
        errors: What has gone wrong so far, the newest first.
        waited: Seconds since the first of these errors.
    """
    if not errors or len(errors) >= _TRIES_AT_MOST:
        return None
    pause = min(2.0 ** (len(errors) - 1), _LONGEST_PAUSE)
    if waited + pause > PATIENCE or not _may_pass(resource_type, operation, errors[0]):
        return None
    return pause


def _may_pass(resource_type: str, operation: str, error: str) -> bool:
    if operation not in {"create", "update"}:
        return False
    # Where the provider itself has tried for two minutes, the role is not there
    # (internal/service/eks/pod_identity_association.go and addon.go, propagationTimeout).
    is_new_to_provider = resource_type == _ADDON and operation == "update"
    return _UNTRUSTING_ROLE in error or (_UNKNOWN_ROLE in error and is_new_to_provider)
