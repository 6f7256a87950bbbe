"""Policy documents of roles: the elements that IAM's grammar has, and what each may hold."""

from typing import Any

from eks_pod_identity.config.schema.reference import refer
from eks_pod_identity.iam.grammar import (
    FORMS,
    NOT_ALLOWED,
    ROOT_ELEMENTS,
    SIDS,
    STATEMENT_ELEMENTS,
    VERSIONS,
    DocumentKind,
)

DOCUMENT = "PolicyDocument"
_STATEMENT = "PolicyStatement"
_KIND = DocumentKind.IDENTITY
_PAIRS = ("Action", "Resource")


def document_definitions() -> dict[str, Any]:
    """Return the definitions of a document and its statements."""
    return {DOCUMENT: _document(), _STATEMENT: _statement()}


def _document() -> dict[str, Any]:
    statement = refer(_STATEMENT)
    elements = {
        "Version": {"enum": list(VERSIONS)},
        "Id": {"type": "string"},
        "Statement": {"anyOf": [statement, {"type": "array", "items": statement, "minItems": 1}]},
    }
    return {
        "description": "A policy document, as IAM takes it.",
        "type": ["object", "null"],
        "properties": {element: elements[element] for element in sorted(ROOT_ELEMENTS)},
        "additionalProperties": False,
        # An empty one is none, as in eksctl.
        "if": {"minProperties": 1},
        "then": {"required": ["Statement"]},
    }


def _statement() -> dict[str, Any]:
    elements = {
        "Sid": {"type": "string", "pattern": f"^({SIDS[_KIND].pattern})$"},
        "Effect": {"enum": ["Allow", "Deny"]},
        "Condition": {"type": "object", "additionalProperties": {"type": "object"}},
        **{f"{no}{element}": _texts(element) for element in _PAIRS for no in ("", "Not")},
    }
    allowed = STATEMENT_ELEMENTS - set(NOT_ALLOWED[_KIND])
    return {
        "description": "Who may do what is said elsewhere: a role's policy has no principal.",
        "type": "object",
        "properties": {element: elements[element] for element in sorted(allowed)},
        "additionalProperties": False,
        "required": ["Effect"],
        "allOf": [
            {"oneOf": [{"required": [element]}, {"required": [f"Not{element}"]}]}
            for element in _PAIRS
        ],
    }


def _texts(element: str) -> dict[str, Any]:
    pattern, _ = FORMS[element]
    text = {"type": "string", "pattern": f"^({pattern.pattern})$"}
    return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}
