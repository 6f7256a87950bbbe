"""How long a run waits for EKS to see a role, and for what it does not wait."""

import pytest

from eks_pod_identity.planning.role_spread import PATIENCE, next_pause

_UNKNOWN = "InvalidParameterException: Role provided in the request does not exist."
_UNTRUSTING = (
    "InvalidParameterException: Trust policy of the role provided is invalid."
    " Follow the official documentation to resolve the issue."
)
_ADDON = "aws:eks/addon:Addon"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.mark.parametrize(
    ("kind", "operation", "error"),
    [
        (_ADDON, "update", _UNKNOWN),
        (_ADDON, "update", _UNTRUSTING),
        (_ADDON, "create", _UNTRUSTING),
        (_ASSOCIATION, "create", _UNTRUSTING),
        (_ASSOCIATION, "update", _UNTRUSTING),
    ],
)
def test_pauses_double_up_to_ten_seconds_and_end_after_ninety(
    kind: str, operation: str, error: str
) -> None:
    """What the AWS provider does not try again is tried for a minute and a half."""
    waited, pauses = 0.0, []
    while (pause := next_pause(kind, operation, [error] * (len(pauses) + 1), waited)) is not None:
        pauses.append(pause)
        waited += pause

    assert pauses[:5] == [1.0, 2.0, 4.0, 8.0, 10.0]
    assert max(pauses) == 10.0
    assert PATIENCE - 10.0 < waited <= PATIENCE


@pytest.mark.parametrize(
    ("kind", "operation", "error"),
    [
        (_ASSOCIATION, "create", _UNKNOWN),
        (_ASSOCIATION, "update", _UNKNOWN),
        (_ADDON, "create", _UNKNOWN),
        (_ADDON, "delete", _UNKNOWN),
        (_ADDON, "update", "InvalidParameterException: Addon version is not supported"),
        (_ASSOCIATION, "create", "ResourceInUseException: Association already exists"),
    ],
)
def test_what_time_does_not_cure_fails_at_once(kind: str, operation: str, error: str) -> None:
    """Nor is anything tried again that the AWS provider has tried for two minutes."""
    assert next_pause(kind, operation, [error], 0.0) is None


def test_engine_asks_no_more_than_a_hundred_times() -> None:
    """The engine's own limit is kept, whatever the clock says."""
    assert next_pause(_ADDON, "update", [_UNKNOWN] * 100, 0.0) is None
