"""Policy documents loaded strictly, in normal form.

In: JSON text or a JSON-like value of unknown origin. Out: the document, or all its faults. Never
raises and never guesses: a document that loads means what it says.

Normal form: `Statement` is a list; actions, resources, principals and condition values are lists of
text; `Principal: "*"` is `{"AWS": ["*"]}`; condition values true and 5 are "true" and "5".
"""

import json
from itertools import islice
from typing import Any

from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.grammar import DocumentKind, find_document_faults
from eks_pod_identity.iam.plain import Faults, Plain, read_plain

_ENOUGH_FAULTS = 100  # nobody reads further, and a hostile document has a fault per character


def load_document(source: object, kind: DocumentKind) -> Document | Faults:
    """Return a document in normal form, or its faults (a tuple, never empty)."""
    value = read_plain(source)
    if isinstance(value, tuple):
        return value
    faults = tuple(islice(find_document_faults(value, kind), _ENOUGH_FAULTS))
    return faults or _normal(value)


def _normal(document: dict[str, Any]) -> Document:
    statements = _as_list(document["Statement"])
    return document | {"Statement": [_normal_statement(each) for each in statements]}


def _normal_statement(statement: dict[str, Any]) -> dict[str, Any]:
    return {element: _normal_element(element, value) for element, value in statement.items()}


def _normal_element(element: str, value: Plain) -> Plain:
    if element in {"Sid", "Effect"}:
        return value
    if element in {"Principal", "NotPrincipal"}:
        kinds = {"AWS": value} if value == "*" else value
        return {kind: _as_list(names) for kind, names in kinds.items()}
    if element == "Condition":
        return {operator: _normal_keys(keys) for operator, keys in value.items()}
    return _as_list(value)


def _normal_keys(keys: dict[str, Any]) -> dict[str, list[str]]:
    return {key: [_as_text(each) for each in _as_list(values)] for key, values in keys.items()}


def _as_list(value: Plain) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _as_text(value: Plain) -> str:
    return value if isinstance(value, str) else json.dumps(value)
