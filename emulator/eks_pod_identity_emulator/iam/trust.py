"""Trust policies as IAM accepts them: who may assume a role.

IAM reads them with another parser than permission policies, hence the other sentences.
"""

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.documents import (
    DocumentError,
    as_list,
    document_size,
    parse_document,
)
from eks_pod_identity_emulator.iam.statements import (
    VERSIONS,
    check_sids,
    is_condition,
    is_texts,
    malformed,
)
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.settings import TRUST_POLICY_SIZE

PrincipalExists = Callable[[str], bool]
"""Tells whether IAM knows a user or role by its ARN."""

_DOCUMENT_FIELDS = frozenset({"Version", "Id", "Statement"})
_PROHIBITED_FIELDS = ("Resource", "NotResource")
_STATEMENT_FIELDS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"}
)
_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
)
_ACCOUNT = re.compile(r"\d{12}|arn:aws[a-z-]*:iam::\d{12}:root")
_IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(?:user|role)/\S+")
_SESSION = re.compile(r"arn:aws[a-z-]*:sts::\d{12}:(?:assumed-role|federated-user)/\S+")
_SERVICE = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)"
)
# The service principals under EKS's name; IAM knows its services and refuses all others.
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html, cluster-iam-role.html
_EKS_SERVICES = frozenset({"eks", "pods.eks", "capabilities.eks"})
_PROVIDER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(?:oidc-provider|saml-provider)/\S+")
_WEB_PROVIDERS = frozenset(
    {
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    }
)
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}")


def check_trust_policy(text: str, exists: PrincipalExists, limit: int = TRUST_POLICY_SIZE) -> None:
    """Refuse a trust policy that IAM would refuse.

    Args:
        text: The document as it was sent.
        exists: Whether a user or role that the policy names is there.
        limit: Characters that it may have, white space aside.

    Raises:
        ApiError: MalformedPolicyDocument, or LimitExceeded if it is too long.
    """
    try:
        document = parse_document(text)
    except DocumentError:
        raise malformed("This policy contains invalid Json") from None
    statements = _statements(document)
    for statement in statements:
        _check_statement(statement, exists)
    check_sids(statements, of_trust=True)
    if document_size(text) > limit:
        message = f"Cannot exceed quota for ACLSizePerRole: {limit}"
        raise ApiError("LimitExceeded", message, status=409)


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for name in document:
        if name not in _DOCUMENT_FIELDS:
            raise malformed(f"Unknown field {name}")
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        raise malformed("Policy document must be version 2012-10-17 or greater.")
    if not document.get("Statement"):
        raise malformed("Missing required field Statement")
    statements = as_list(document["Statement"])
    if not all(isinstance(statement, dict) for statement in statements):
        raise malformed("Syntax errors in policy.")
    return statements


def _check_statement(statement: Mapping[str, Any], exists: PrincipalExists) -> None:
    _check_fields(statement)
    _check_actions(statement)
    if "NotPrincipal" in statement:
        allow = statement["Effect"] == "Allow"
        raise malformed(
            "Allow with NotPrincipal is not allowed."
            if allow
            else "AssumeRole policy must not contain NotPrincipal field."
        )
    _check_principal(statement["Principal"], exists)
    if not is_condition(statement.get("Condition", {})):
        raise malformed("Syntax errors in policy.")


def _check_fields(statement: Mapping[str, Any]) -> None:
    for name in _PROHIBITED_FIELDS:
        if name in statement:
            raise malformed(f"Has prohibited field {name}")
    for name in statement:
        if name not in _STATEMENT_FIELDS:
            raise malformed(f"Unknown field {name}")
    for names in (("Effect",), ("Principal", "NotPrincipal"), ("Action", "NotAction")):
        if not any(name in statement for name in names):
            raise malformed(f"Missing required field {names[0]}")
    if statement["Effect"] not in ("Allow", "Deny"):
        raise malformed(f"Invalid effect: {statement['Effect']}")


def _check_actions(statement: Mapping[str, Any]) -> None:
    actions = statement.get("Action", statement.get("NotAction"))
    if not is_texts(actions):
        raise malformed("Missing required field Action")
    for action in as_list(actions):
        pattern = action.lower()
        known = any(fnmatch.fnmatchcase(name, pattern) for name in _ACTIONS)
        if not (pattern.startswith("sts:") and known):
            raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _check_principal(principal: Json, exists: PrincipalExists) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise malformed("Missing required field Principal cannot be empty!")
    for kind, value in _principals(principal):
        if not _is_principal(kind, value, exists):
            raise malformed(f'Invalid principal in policy: "{_shown(kind)}":"{value}"')


def _principals(principal: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for kind, values in principal.items():
        if not as_list(values):
            raise malformed("Missing required field Principal cannot be empty!")
        yield from ((kind, value) for value in as_list(values))


def _shown(kind: str) -> str:
    return kind.upper() if kind in ("Service", "Federated") else kind


def _is_principal(kind: str, value: object, exists: PrincipalExists) -> bool:
    if not isinstance(value, str):
        return False
    match kind:
        case "AWS":
            return _is_aws_principal(value, exists)
        case "Service":
            return _is_service(value)
        case "Federated":
            return value in _WEB_PROVIDERS or _PROVIDER.fullmatch(value) is not None
        case "CanonicalUser":
            return _CANONICAL_USER.fullmatch(value) is not None
        case _:
            return False


def _is_aws_principal(value: str, exists: PrincipalExists) -> bool:
    if value == "*" or _ACCOUNT.fullmatch(value) or _SESSION.fullmatch(value):
        return True
    return _IDENTITY.fullmatch(value) is not None and exists(value)


def _is_service(value: str) -> bool:
    if _SERVICE.fullmatch(value) is None:
        return False
    name, of_eks, _ = value.partition("eks.amazonaws.com")
    return not of_eks or bool(name and not name.endswith(".")) or f"{name}eks" in _EKS_SERVICES
