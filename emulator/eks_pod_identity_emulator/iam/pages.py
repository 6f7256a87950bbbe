"""Pages of IAM's lists: MaxItems and Marker in, IsTruncated and Marker out."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from eks_pod_identity_emulator.errors import ApiError

_PAGE = 100


def page(name: str, items: Sequence[Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a list that a call asks for, under the list's name.

    Raises:
        ApiError: The marker is none of ours.
    """
    start = _position(params.get("Marker"))
    end = start + params.get("MaxItems", _PAGE)
    answer = {name: list(items[start:end]), "IsTruncated": end < len(items)}
    if end < len(items):
        answer["Marker"] = base64.b64encode(f"{end}".encode()).decode("ascii")
    return answer


def _position(marker: str | None) -> int:
    if marker is None:
        return 0
    try:
        return int(base64.b64decode(marker, validate=True))
    except (binascii.Error, ValueError):
        raise ApiError("ValidationError", "Invalid Marker.") from None
