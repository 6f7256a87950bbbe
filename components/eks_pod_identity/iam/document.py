"""Policy documents as plain dicts: built, printed the same way every time, compared, measured.

In: statements and documents as JSON would hold them. Out: dicts, text, numbers, verdicts.
Must not judge whether a document is sound: `load` does that, and what is handed to this module is
taken to have the shape that IAM accepts.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Statement: TypeAlias = Mapping[str, Any]
Document: TypeAlias = Mapping[str, Any]

VERSION = "2012-10-17"

# Default quotas, in characters. IAM user guide, "IAM and AWS STS quotas",
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
TRUST_POLICY_MAX_SIZE = 2_048  # "Role trust policy length"; an account may have asked for more
TRUST_POLICY_QUOTA_MAX = 8_192  # on request; the guide had 4,096 in 2023, and has more since
INLINE_POLICIES_MAX_SIZE = 10_240  # all inline policies of one role together
SESSION_POLICY_MAX_LENGTH = 2_048  # plain text, blanks included: STS counts what is passed
MANAGED_POLICIES_MAX = 10  # "Managed policies attached to an IAM role"

_ACCOUNT_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")
_NAMES_IGNORE_CASE = frozenset({"Action", "NotAction"})
_LISTS = frozenset({"Action", "NotAction", "Resource", "NotResource"})
_PRINCIPALS = frozenset({"Principal", "NotPrincipal"})
_WITHOUT_MEANING = frozenset({"Sid"})


def build_statement(
    sid: str,
    actions: Iterable[str],
    resources: Iterable[str] = ("*",),
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return an Allow statement of an identity policy, its lists sorted and without repetition."""
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(set(actions)),
        "Resource": sorted(set(resources)),
    }
    if conditions:
        statement["Condition"] = {operator: dict(keys) for operator, keys in conditions.items()}
    return statement


def build_document(*statements: Statement) -> dict[str, Any]:
    """Return a document of the current policy language version."""
    return {"Version": VERSION, "Statement": [dict(statement) for statement in statements]}


def canonical_json(document: Document) -> str:
    """Return the one text of a document: compact, keys sorted, so equal documents never differ."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def document_size(document: Document) -> int:
    """Return the size that IAM's quotas are held against: characters, without white space.

    Blanks inside of values are counted, though the guide can be read either way: a document that
    is said to fit must fit.
    """
    return len(canonical_json(document))


def same_meaning(left: Document, right: Document) -> bool:
    """Tell whether two documents allow and deny the same by their wording.

    String or list, order, repetition, case of actions and condition keys, `root` ARN or bare
    account id, and Sids do not matter. Wildcards are not expanded: `s3:*` and a list of all S3
    actions are different documents.
    """
    return _meaning(left) == _meaning(right)


def _meaning(document: Document) -> tuple[str, frozenset[str]]:
    statements = _as_list(document.get("Statement", ()))
    # A document without Version is one of 2008: its `${...}` are plain text.
    version = str(document.get("Version", "2008-10-17"))
    return version, frozenset(canonical_json(_plain_statement(each)) for each in statements)


def _plain_statement(statement: Statement) -> dict[str, Any]:
    return {
        element: _plain_element(element, value)
        for element, value in statement.items()
        if element not in _WITHOUT_MEANING and not (element == "Condition" and not value)
    }


def _plain_element(element: str, value: Any) -> Any:  # noqa: ANN401 - JSON border
    if element in _LISTS:
        return _plain_list(value, lower=element in _NAMES_IGNORE_CASE)
    if element in _PRINCIPALS:
        return _plain_principal(value)
    if element == "Condition":
        return {operator: _plain_conditions(keys) for operator, keys in value.items()}
    return value


def _plain_list(value: Any, *, lower: bool = False) -> list[str]:  # noqa: ANN401 - JSON border
    texts = {_plain_text(each) for each in _as_list(value)}
    return sorted({text.lower() for text in texts} if lower else texts)


def _plain_principal(value: Any) -> dict[str, list[str]]:  # noqa: ANN401 - JSON border
    # "*" and {"AWS": "*"} are one; IAM rewrites a bare account id to the ARN of its root.
    kinds: Mapping[str, Any] = value if isinstance(value, Mapping) else {"AWS": value}
    return {
        kind: sorted({_ACCOUNT_PRINCIPAL.sub(r"\1", each) for each in _plain_list(names)})
        for kind, names in kinds.items()
    }


def _plain_conditions(keys: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key.lower(): _plain_list(values) for key, values in keys.items()}


def _plain_text(value: Any) -> str:  # noqa: ANN401 - JSON border
    # IAM takes true and 5 for "true" and "5" in conditions.
    return value if isinstance(value, str) else json.dumps(value)


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON border
    return list(value) if isinstance(value, (list, tuple)) else [value]
