"""Policy documents as text: JSON with what IAM adds to it, and how IAM measures their size."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json


class DocumentError(Exception):
    """A text that is no JSON object, or names a member twice."""


def parse_document(text: str) -> Mapping[str, Any]:
    """Return a document's members.

    Raises:
        DocumentError: IAM would not read the text.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates)
    except ValueError as error:
        raise DocumentError(str(error)) from error
    if not isinstance(document, dict):
        raise DocumentError(f"{type(document).__name__} is no object")
    return document


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise DocumentError(f"{name!r} is given twice")
        members[name] = value
    return members


def document_size(text: str) -> int:
    """Return how much of a quota a document takes: white space does not count.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len("".join(text.split()))


def as_list(value: Json) -> list[Any]:
    """Return a member that may be one value or a list of them as a list."""
    return value if isinstance(value, list) else [value]
