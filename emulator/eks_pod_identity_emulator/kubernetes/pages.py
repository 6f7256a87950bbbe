"""Lists in pages: `limit` and `continue`.

A token names the version and the last object of a page; what comes after it comes next.
https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.kubernetes.refusals import bad_request
from eks_pod_identity_emulator.kubernetes.store import Object


def page_of(
    values: Sequence[Object], version: str, request: Request
) -> tuple[Sequence[Object], dict[str, Any]]:
    """Return a page of objects that are in the order of their names, and the list's metadata.

    Raises:
        StatusError: The token or the limit cannot be read.
    """
    rest, version = _after(values, version, request.query.get("continue", ("",))[0])
    limit = _limit(request.query.get("limit", ("0",))[0])
    page = rest[:limit] if limit else rest
    metadata: dict[str, Any] = {"resourceVersion": version}
    if remaining := len(rest) - len(page):
        metadata |= {"continue": _token(version, page[-1]), "remainingItemCount": remaining}
    return page, metadata


def _limit(text: str) -> int:
    if not text.isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def _after(values: Sequence[Object], version: str, token: str) -> tuple[Sequence[Object], str]:
    if not token:
        return values, version
    try:
        place = json.loads(base64.urlsafe_b64decode(token))
        start = (place["namespace"], place["name"])
        return [each for each in values if _key(each) > start], str(place["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("continue key is not valid: encoded content is invalid") from error


def _token(version: str, last: Object) -> str:
    namespace, name = _key(last)
    place = {"version": version, "namespace": namespace, "name": name}
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _key(value: Object) -> tuple[str, str]:
    return value["metadata"].get("namespace", ""), value["metadata"]["name"]
