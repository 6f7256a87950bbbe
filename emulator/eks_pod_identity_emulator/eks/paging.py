"""Pages of a list operation: maxResults and nextToken in, items and nextToken out."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from eks_pod_identity_emulator.eks.refusals import invalid_parameter
from eks_pod_identity_emulator.eks.table import Table

PAGE_SIZE = 100
"""Most items that a page holds, and the number without maxResults.

https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html
"""

_START = -1
_OF_A_PAGE = frozenset({"maxResults", "nextToken"})

T = TypeVar("T")


def list_page(
    table: Table[T], params: Mapping[str, Any], member: str, render: Callable[[T], Any]
) -> dict[str, Any]:
    """Return the answer of a list operation.

    Args:
        table: All items there are.
        params: The request; maxResults and nextToken are read.
        member: Member of the answer that holds the items.
        render: Makes an item what the answer shows.

    Raises:
        ApiError: The token was not made here, or for another list: of another operation, cluster
            or filter.
    """
    token, prefix = params.get("nextToken"), _prefix(member, params)
    after = _START if token is None else _position(token, prefix)
    items, following = table.page(after, min(params.get("maxResults", PAGE_SIZE), PAGE_SIZE))
    answer: dict[str, Any] = {member: [render(item) for item in items]}
    if following is not None:
        answer["nextToken"] = base64.urlsafe_b64encode(prefix + b"%d" % following).decode()
    return answer


def _prefix(member: str, params: Mapping[str, Any]) -> bytes:
    """Return what the tokens of one list begin with: they lead nowhere in another."""
    asked = {key: value for key, value in params.items() if key not in _OF_A_PAGE}
    text = json.dumps([member, asked], sort_keys=True, default=str)
    return b"eks:%s:" % hashlib.sha256(text.encode()).hexdigest()[:16].encode()


def _position(token: str, prefix: bytes) -> int:
    try:
        text = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        if text.startswith(prefix):
            return int(text.removeprefix(prefix))
    except (binascii.Error, ValueError):
        pass
    raise invalid_parameter("The nextToken provided is not valid.")
