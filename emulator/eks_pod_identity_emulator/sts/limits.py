"""How long a session may be, and what session policies may say."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.grants import Grants
from eks_pod_identity_emulator.iam.permissions import check_inline_policy
from eks_pod_identity_emulator.iam.store import Record

_HOUR = 3_600
_LONGEST_POLICY = 2_048
_MOST_POLICIES = 10
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""


def check_duration(seconds: int, role: Record, *, chained: bool) -> None:
    """Refuse a session that would be too long.

    Args:
        seconds: DurationSeconds.
        role: The role.
        chained: Whether a session of another role asks, which gets an hour at most.

    Raises:
        ApiError: ValidationError.
    """
    if chained and seconds > _HOUR:
        raise ApiError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining.",
        )
    if seconds > role.get("MaxSessionDuration", _HOUR):
        raise ApiError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )


def session_policies(
    params: Mapping[str, Any], account: str, grants: Grants
) -> tuple[str, ...] | None:
    """Return the documents that limit a session, None if none were passed.

    Raises:
        ApiError: A document is malformed or too long, or there is no such policy.
    """
    inline, arns = params.get("Policy"), [each["arn"] for each in params.get("PolicyArns", [])]
    if inline is None and not arns:
        return None
    if inline is not None:
        _check_inline(inline)
    if len(arns) > _MOST_POLICIES:
        message = f"The number of policy ARNs exceeds the limit of {_MOST_POLICIES}."
        raise ApiError("ValidationError", message)
    managed = tuple(grants.document(account, arn) for arn in arns)
    return managed if inline is None else (inline, *managed)


def _check_inline(document: str) -> None:
    if len(document) > _LONGEST_POLICY:
        raise ApiError(
            "ValidationError",
            f"1 validation error detected: Value '{document}' at 'policy' failed to satisfy "
            f"constraint: Member must have length less than or equal to {_LONGEST_POLICY}",
        )
    check_inline_policy(document)
