"""Permission policies as IAM accepts them: managed ones and inline ones.

The sentences are those that IAM's older parser gives, which reads all policies but trust policies.
"""

import re
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.iam.documents import DocumentError, as_list, parse_document
from eks_pod_identity_emulator.iam.statements import (
    VERSIONS,
    check_sids,
    is_condition,
    is_texts,
    malformed,
)
from eks_pod_identity_emulator.json_value import Json

MANAGED_POLICY_SIZE = 6_144
INLINE_POLICIES_SIZE = 10_240
"""Of all inline policies of a role together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_DOCUMENT_FIELDS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_FIELDS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_VENDOR = re.compile(r"[A-Za-z0-9-]+")
_RESOURCE = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", re.DOTALL)
_PARTITION = re.compile(r"aws[a-z-]*|[^:]*[*?][^:]*")


def check_managed_policy(text: str) -> None:
    """Refuse the document of a managed policy that IAM would refuse.

    Raises:
        ApiError: MalformedPolicyDocument.
    """
    document = _check_policy(text)
    if document.get("Version") != VERSIONS[-1]:
        raise malformed("Policy document must be version 2012-10-17 or greater.")


def check_inline_policy(text: str) -> None:
    """Refuse the document of an inline policy that IAM would refuse.

    Raises:
        ApiError: MalformedPolicyDocument.
    """
    _check_policy(text)


def _check_policy(text: str) -> Mapping[str, Any]:
    try:
        document = parse_document(text)
    except DocumentError:
        raise malformed("Syntax errors in policy.") from None
    statements = as_list(document.get("Statement") or [])
    _check_syntax(document, statements)
    for statement in statements:
        _check_statement(statement)
    check_sids(statements)
    return document


def _check_syntax(document: Mapping[str, Any], statements: list[Any]) -> None:
    well_formed = (
        set(document) <= _DOCUMENT_FIELDS
        and bool(statements)
        and all(isinstance(statement, dict) for statement in statements)
    )
    if not well_formed:
        raise malformed("Syntax errors in policy.")
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        raise malformed("Policy document must be version 2012-10-17 or greater.")


def _check_statement(statement: Mapping[str, Any]) -> None:
    if "Principal" in statement or "NotPrincipal" in statement:
        raise malformed("Policy document should not specify a principal.")
    if not _is_statement(statement):
        raise malformed("Syntax errors in policy.")
    for action in as_list(_either(statement, "Action", "actions")):
        _check_action(action)
    for resource in as_list(_either(statement, "Resource", "resources")):
        _check_resource(resource)


def _is_statement(statement: Mapping[str, Any]) -> bool:
    return (
        set(statement) <= _STATEMENT_FIELDS
        and statement.get("Effect") in ("Allow", "Deny")
        and is_condition(statement.get("Condition", {}))
        and not {"Action", "NotAction"} <= set(statement)
        and not {"Resource", "NotResource"} <= set(statement)
    )


def _either(statement: Mapping[str, Any], name: str, plural: str) -> Json:
    value = statement.get(name, statement.get(f"Not{name}"))
    if value is None or value == []:
        raise malformed(f"Policy statement must contain {plural}.")
    if not is_texts(value):
        raise malformed("Syntax errors in policy.")
    return value


def _check_action(action: str) -> None:
    if action == "*":
        return
    vendor, colon, name = action.partition(":")
    if not colon or not name:
        raise malformed(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        )
    if ":" in name:
        raise malformed("Actions/Condition can contain only one colon.")
    if not _VENDOR.fullmatch(vendor):
        raise malformed(f"Vendor {vendor} is not valid")


def _check_resource(resource: str) -> None:
    if resource == "*":
        return
    if not _RESOURCE.fullmatch(resource):
        raise malformed(f'Resource {resource} must be in ARN format or "*".')
    partition = resource.split(":")[1]
    if not _PARTITION.fullmatch(partition):
        raise malformed(f'Partition "{partition}" is not valid for resource "{resource}".')
