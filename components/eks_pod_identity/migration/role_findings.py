"""What the trust policies of roles say that a person should know before a migration."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from eks_pod_identity.access.callers.token import EKS_ISSUER
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.migration.callers import Callers
from eks_pod_identity.migration.finding import Finding, FindingKind
from eks_pod_identity.migration.inventory import Inventory, RoleFacts
from eks_pod_identity.migration.owner import Owner
from eks_pod_identity.migration.statements import is_open, statements_of, texts_of
from eks_pod_identity.migration.subjects import (
    TokenStatement,
    host_of,
    lacks_provider,
    subject_ref,
    token_statements,
)
from eks_pod_identity.migration.values import Ask


def label_of(role_arn: str) -> str:
    """Return `role/PATH/NAME` of a role's ARN."""
    return role_arn.partition(":role/")[2] and f"role/{role_arn.partition(':role/')[2]}"


def other_principals(role: RoleFacts) -> tuple[str, ...]:
    """Return who else a trust policy lets in: services, accounts, other identity providers."""
    found: list[str] = []
    for statement in statements_of(role.trust):
        principal = statement.get("Principal")
        if statement.get("Effect") != "Allow" or not isinstance(principal, Mapping):
            continue
        for kind, value in principal.items():
            found += [each for each in texts_of(value) if _is_other(kind, each, statement)]
    return tuple(dict.fromkeys(found))


def _is_other(kind: str, name: str, statement: Mapping[str, Any]) -> bool:
    if kind == "Federated":
        subjects = str(statement.get("Condition", ""))
        is_of_pods = EKS_ISSUER.fullmatch(host_of(name)) or "system:serviceaccount:" in subjects
        return not is_of_pods
    return name != SERVICE_PRINCIPAL and not str(statement.get("Sid", "")).startswith(
        "AllowSourceRole"
    )


def owner_findings(role: RoleFacts, owner: Owner) -> Iterator[Finding]:
    """Yield who else writes a role."""
    at = label_of(role.arn)
    if owner.name.startswith("cloudformation:"):
        stack = owner.name.partition(":")[2]
        logical = role.stack.logical_id if role.stack else ""
        yield Finding(
            FindingKind.CLOUDFORMATION_OWNED,
            at,
            f"stack {stack}{', ' if logical else ''}{logical}",
            role_arn=role.arn,
        )
        if role.stack and role.stack.cdk_path:
            reason = f"aws:cdk:path {role.stack.cdk_path}"
            yield Finding(FindingKind.CDK_OWNED, f"stack {stack}", reason, role_arn=role.arn)
    if owner.name == "terraform?":
        yield Finding(FindingKind.TERRAFORM_OWNED, at, owner.by, role_arn=role.arn)
    if owner.name.startswith("pulumi:"):
        reason = owner.name.partition(":")[2]
        yield Finding(FindingKind.PULUMI_OWNED, at, reason, role_arn=role.arn)


def trust_findings(
    inventory: Inventory, ask: Ask, role: RoleFacts, callers: Callers
) -> Iterator[Finding]:
    """Yield what the statements of a role's trust policy say."""
    asked = {each.issuer for each in inventory.clusters if each.place in ask.places}
    statements = statements_of(role.trust)
    at = label_of(role.arn)
    for each in token_statements(inventory, callers, statements):
        for kind, reason in _of_issuers(inventory, role, each):
            yield Finding(kind, f"{at} statement {each.number}", reason, role_arn=role.arn)
        if asked & set(each.hosts):
            for kind, reason in _of_subjects(callers, each):
                yield Finding(kind, f"{at} statement {each.number}", reason, role_arn=role.arn)
    if any(map(is_open, statements)):
        yield Finding(FindingKind.OPEN_TRUST, at, "no Condition", role_arn=role.arn)
    if others := other_principals(role):
        yield Finding(FindingKind.OTHER_PRINCIPALS, at, ", ".join(others), role_arn=role.arn)


def _of_issuers(
    inventory: Inventory, role: RoleFacts, statement: TokenStatement
) -> Iterator[tuple[FindingKind, str]]:
    issuers = {each.issuer for each in inventory.clusters}
    for host in statement.hosts:
        if host in issuers:
            if lacks_provider(inventory, role.account, host):
                yield FindingKind.PROVIDER_MISSING, host
        elif EKS_ISSUER.fullmatch(host):
            yield FindingKind.ISSUER_UNKNOWN, f"{host}: no cluster that was read"
        elif statement.is_for_pods:
            yield FindingKind.FOREIGN_ISSUER, host


def _of_subjects(callers: Callers, statement: TokenStatement) -> Iterator[tuple[FindingKind, str]]:
    if statement.is_dead:
        yield _why_dead(callers, statement)
        return
    if statement.names_no_subject:
        yield FindingKind.AUD_ONLY, "no subject is compared"
    elif statement.patterns:
        yield FindingKind.WILDCARD_SUBJECT, ", ".join(statement.patterns)
    if statement.not_there:
        yield FindingKind.SUBJECT_NOT_THERE, ", ".join(map(str, statement.not_there))
    if not statement.has_audience:
        ids = [each.client_ids for each in callers.providers() if each.host in statement.hosts]
        texts = ", ".join(dict.fromkeys(text for each in ids for text in each))
        yield FindingKind.AUD_MISSING, f"client ids of the provider: {texts}"


def _why_dead(callers: Callers, statement: TokenStatement) -> tuple[FindingKind, str]:
    if statement.broken_keys:
        return FindingKind.BROKEN_KEY, ", ".join(statement.broken_keys)
    compiled = callers.policy.statements[statement.number]
    taken = [
        text
        for each in callers.providers()
        if each.host in statement.hosts
        for text in each.client_ids
    ]
    asked = [
        value
        for each in compiled.conditions
        if each.key.endswith(":aud") and not each.negated
        for value in each.values
    ]
    if asked and not _any_match(asked, taken):
        return FindingKind.DEAD_AUDIENCE, f"{', '.join(asked)}; it takes {', '.join(taken)}"
    literal = [each for each in statement.subjects if subject_ref(each) is None]
    return FindingKind.DEAD_SUBJECT, ", ".join(literal or statement.subjects)


def _any_match(patterns: Iterable[str], texts: Iterable[str]) -> bool:
    known = list(texts)
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in known)
