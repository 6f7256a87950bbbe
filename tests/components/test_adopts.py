"""Arguments about what a component adopts, judged before anything is registered."""

from typing import Any

import pytest

from eks_pod_identity.components.guards.adopted import adopts_problems

_ALL = {"role": "app", "attachments": {"arn": "app-read"}, "association": "app"}


@pytest.mark.parametrize(
    ("args", "has_association", "addresses"),
    [
        ({}, True, []),
        ({"adopts": _ALL}, True, []),
        ({"adopts": _ALL}, False, ["app.adopts.association"]),
        ({"adopts": {"attachments": {}}}, True, ["app.adopts.attachments"]),
        (
            {"adopts": _ALL, "role_arn": "arn"},
            True,
            ["app.adopts.role", "app.adopts.attachments"],
        ),
    ],
)
def test_what_would_be_deleted_is_refused(
    args: dict[str, Any], *, has_association: bool, addresses: list[str]
) -> None:
    """What is named and not created would leave the program, and with it AWS."""
    found = list(adopts_problems("app", args, has_association=has_association))

    assert [each.address for each in found] == addresses
    assert {each.id for each in found} <= {"adopts-misplaced"}
