"""JSON and IAM policy documents: reading, writing, and whether two of them mean the same.

The rules are those of the real provider: `verify.ValidIAMPolicyJSON` for what is taken,
`verify.PolicyToSet` for what is kept, and hashicorp/awspolicyequivalence for what is the same.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.values import UNKNOWN, Value, contains_unknown, plain

_ROOT = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")
_BLANK = frozenset({"", "{}"})


def to_json_text(value: Value) -> Value:
    """Turn a document given as an object into text; one unknown inside makes it all unknown."""
    if contains_unknown(value):
        return UNKNOWN
    if isinstance(value, Mapping | list):
        return json.dumps(plain(value), separators=(",", ":"), sort_keys=True)
    return value


def document_fault(text: str) -> str:
    """Tell what is wrong with the text of an IAM policy; empty if nothing is."""
    if not text:
        return "is an empty string, which is not a valid JSON value"
    if text[0] in " \t\r\n":
        return "contains an invalid JSON policy: leading space characters are not allowed"
    return json_fault(text) or _object_fault(text)


def json_fault(text: str) -> str:
    """Tell what is wrong with a JSON text; empty if nothing is."""
    try:
        json.loads(text, object_pairs_hook=_without_duplicates)
    except _DuplicateKeyError as error:
        return f"contains duplicate JSON keys: {error}"
    except ValueError as error:
        return f"contains an invalid JSON policy: {error}"
    return ""


def same_policy(ours: str, theirs: str) -> bool:
    """Tell whether two policy documents mean the same to AWS.

    Order of statements and lists, a single value in place of a list, and an account id in place of
    its root ARN make no difference.
    """
    ours, theirs = ours.strip(), theirs.strip()
    if ours in _BLANK or theirs in _BLANK:
        return ours in _BLANK and theirs in _BLANK
    try:
        return _document(json.loads(ours)) == _document(json.loads(theirs))
    except (ValueError, TypeError, AttributeError):
        return False


def kept_policy(known: str, observed: str) -> str:
    """Return the text to keep: what is known already, unless AWS now has another meaning."""
    if known and same_policy(known, observed):
        return known
    return normal_json(observed)


def normal_json(text: str) -> str:
    """Write JSON without spaces and with sorted keys, as the real provider stores it."""
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True)
    except ValueError:
        return text


class _DuplicateKeyError(ValueError):
    pass


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _DuplicateKeyError(", ".join(map(repr, twice)))
    return dict(pairs)


def _object_fault(text: str) -> str:
    match json.loads(text):
        case Mapping():
            return ""
        case str():
            return "contains an invalid JSON policy: contains a JSON-encoded string, not an object"
        case list():
            return "contains an invalid JSON policy: contains a JSON array, not a JSON object"
        case _:
            return "contains an invalid JSON policy: not a JSON object"


def _document(document: Mapping[str, Any]) -> object:
    statements = document.get("Statement", [])
    listed: list[Mapping[str, Any]] = statements if isinstance(statements, list) else [statements]
    return (
        document.get("Version", ""),
        document.get("Id", ""),
        len(listed),
        frozenset(_statement(statement) for statement in listed),
    )


def _statement(statement: Mapping[str, Any]) -> object:
    names = ("Action", "NotAction", "Resource", "NotResource")
    return (
        statement.get("Sid", ""),
        statement.get("Effect", "").lower(),
        tuple(_members(statement.get(name)) for name in names),
        _principals(statement.get("Principal")),
        _principals(statement.get("NotPrincipal")),
        _conditions(statement.get("Condition")),
    )


def _members(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset({str(value)})


def _principals(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    named = {kind: frozenset(map(_account, _members(who))) for kind, who in value.items()}
    return frozenset((kind, who) for kind, who in named.items() if who)


def _account(principal: str) -> str:
    root = _ROOT.fullmatch(principal)
    return root[1] if root else principal


def _conditions(value: Mapping[str, Mapping[str, object]] | None) -> object:
    return frozenset(
        (operator, frozenset((key, _members(wanted)) for key, wanted in tests.items()))
        for operator, tests in (value or {}).items()
    )
