"""What statements of trust policies and permission policies have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.documents import as_list

VERSIONS = ("2008-10-17", "2012-10-17")

_SID = re.compile(r"[0-9A-Za-z]*")
# Policies with a Principal take more: the EKS user guide, "Assign IAM roles to Kubernetes service
# accounts" (pod-id-association.html), shows an answer of GetRole whose Sid has blanks.
_SID_OF_TRUST = re.compile(r".*", re.DOTALL)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS = (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike"
    " StringNotLike NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals"
    " NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan"
    " DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress"
    " NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike"
)
_OPERATOR = re.compile(
    rf"(?:(?:ForAllValues|ForAnyValue):)?(?:{'|'.join(_OPERATORS.split())})(?:IfExists)?|Null",
    re.IGNORECASE,
)


def malformed(message: str) -> ApiError:
    """Return IAM's refusal of a document."""
    return ApiError("MalformedPolicyDocument", message)


def check_sids(statements: Sequence[Mapping[str, Any]], *, of_trust: bool = False) -> None:
    """Refuse statement ids that are not alphanumeric or not unique.

    Args:
        statements: Of one policy.
        of_trust: Whether it is a trust policy, whose ids may be any text.

    Raises:
        ApiError: MalformedPolicyDocument.
    """
    sids = [statement["Sid"] for statement in statements if statement.get("Sid") is not None]
    form = _SID_OF_TRUST if of_trust else _SID
    if not all(isinstance(sid, str) and form.fullmatch(sid) for sid in sids):
        raise malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        )
    given = [sid for sid in sids if sid]
    if len(set(given)) < len(given):
        raise malformed("Statement IDs (SID) in a single policy must be unique.")


def is_condition(value: object) -> bool:
    """Say whether a value is a condition block: operators, each with keys and plain values."""
    return isinstance(value, dict) and all(
        _OPERATOR.fullmatch(operator) and _is_keys(keys) for operator, keys in value.items()
    )


def _is_keys(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, str | bool | int | float)
        for values in value.values()
        for item in as_list(values)
    )


def is_texts(value: object) -> bool:
    """Say whether a value is a text or a list of at least one."""
    items = as_list(value)
    return bool(items) and all(isinstance(item, str) for item in items)
