"""Rules of the settings of a role that is made, and of the statements that others are let in by.

Limits are those of the IAM API reference, CreateRole.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.role_settings import RoleSettings
from eks_pod_identity.config.validate.policy import document_problems
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import VERSION
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL

PATH_PATTERN = r"/([!-~]{1,510}/)?"
DESCRIPTION_MAX_LENGTH = 1_000
SHORTEST_SESSION, LONGEST_SESSION = 3_600, 43_200
_DESCRIPTION = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]*")
_OURS = re.compile(r"Allow(ServiceAccounts|Namespaces|Cluster|Account|SourceRole)\d*")


def validate_settings(entry: RoleSettings, scope: Scope) -> Iterator[Problem]:
    """Judge each setting by itself."""
    yield from _validate_description(entry.description or "", scope.at("description"))
    yield from _validate_path(entry.path, scope.at("path"))
    yield from _validate_duration(entry.max_session_duration, scope.at("maxSessionDuration"))
    yield from validate_trusted_by(entry, scope)


def _validate_description(text: str, scope: Scope) -> Iterator[Problem]:
    if len(text) > DESCRIPTION_MAX_LENGTH or not _DESCRIPTION.fullmatch(text):
        yield scope.problem(
            Fault.ROLE_DESCRIPTION_MALFORMED,
            "IAM takes no such description",
            help=[f"use up to {DESCRIPTION_MAX_LENGTH:,} characters of Latin-1"],
        )


def _validate_path(path: str | None, scope: Scope) -> Iterator[Problem]:
    if path is not None and not re.fullmatch(PATH_PATTERN, path):
        inner = path.strip("/")
        yield scope.problem(
            Fault.ROLE_PATH_MALFORMED,
            f"{quoted(path)} cannot be a path",
            help=[f"path: /{inner}/" if inner and " " not in inner else "path: /NAME/"],
        )


def _validate_duration(seconds: int | None, scope: Scope) -> Iterator[Problem]:
    if seconds is not None and not SHORTEST_SESSION <= seconds <= LONGEST_SESSION:
        nearest = min(max(seconds, SHORTEST_SESSION), LONGEST_SESSION)
        yield scope.problem(
            Fault.SESSION_DURATION_OUT_OF_RANGE,
            f"{seconds:,} seconds, and IAM takes {SHORTEST_SESSION:,} to {LONGEST_SESSION:,}",
            help=[f"maxSessionDuration: {nearest}"],
        )


def validate_trusted_by(entry: RoleSettings, scope: Scope) -> Iterator[Problem]:
    """Statements are such that IAM takes them, and none lets in what ours keep out."""
    if not entry.trusted_by or scope.is_faulty("trustedBy"):
        return
    scope = scope.at("trustedBy")
    document = {"Version": VERSION, "Statement": list(entry.trusted_by)}
    faults = tuple(
        document_problems(load_document(document, DocumentKind.TRUST), scope, below="Statement")
    )
    yield from faults
    for index, statement in enumerate(() if faults else entry.trusted_by):
        yield from _validate_statement(statement, scope.at(index))


def _validate_statement(statement: Mapping[str, Any], scope: Scope) -> Iterator[Problem]:
    if _OURS.fullmatch(sid := str(statement.get("Sid", ""))):
        yield scope.at("Sid").problem(
            Fault.POLICY_SID_TWICE,
            f"{quoted(sid)} is the Sid of a statement of ours",
            help=["give it another Sid, or none"],
        )
    if statement.get("Effect") == "Allow" and (who := _opened_to(statement)):
        yield scope.problem(
            Fault.TRUSTED_BY_TOO_WIDE,
            f"lets in {who}, which the role's own statements narrow",
            help=[
                "name who else assumes the role: a role, a user, an account or a service",
                "for more pods, name their service accounts in an entry, or widen trustScope",
            ],
        )


def _opened_to(statement: Mapping[str, Any]) -> str:
    """Return whom a statement lets in beyond any named one, if it does."""
    principal = statement.get("Principal")
    if principal is None:
        return "everyone but those of NotPrincipal"
    kinds = principal if isinstance(principal, Mapping) else {"AWS": principal}
    if SERVICE_PRINCIPAL in _as_list(kinds.get("Service", ())):
        return f"pods, by {SERVICE_PRINCIPAL}"
    if "*" in _as_list(kinds.get("AWS", ())) and not statement.get("Condition"):
        return "everyone"
    return ""


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON border
    return list(value) if isinstance(value, list | tuple) else [value]
