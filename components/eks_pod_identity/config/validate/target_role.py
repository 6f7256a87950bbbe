"""The rule of target roles: a role that is made may assume the one that is chained to it.

EKS assumes the target with the credentials of the first role, which needs `sts:AssumeRole` for
that and, while session tags are on, `sts:TagSession`
(https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html).
"""

from collections.abc import Iterator

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import enumerated
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.evaluation import (
    Decision,
    Principal,
    Request,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.names import parse_arn

_GRANT = "grantTargetRole: true"
_FOR_EKSCTL = f"(if eksctl reads the file too, move the entry to {EXPANSION_KEY}.associations)"
_ROLE = Principal.aws("arn:aws:iam::000000000000:role/made")
# AWS's own policies say nothing of assuming roles, but for those that allow everything.
_WIDE = ("AdministratorAccess", "PowerUserAccess")


def validate_target_role(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """The role that is made can assume the target, or a warning says that it cannot."""
    is_faulty = scope.is_faulty("roleARN", "permissionPolicy", "grantTargetRole")
    if entry.grant_target_role and not entry.target_role_arn:
        if not scope.is_faulty("targetRoleARN"):
            yield scope.at("grantTargetRole").problem(
                Fault.GRANT_WITHOUT_TARGET_ROLE,
                "no targetRoleARN says which role is to be assumed",
                help=["add targetRoleARN", "delete grantTargetRole"],
            )
    elif entry.target_role_arn and not (entry.role_arn or entry.grant_target_role or is_faulty):
        yield from _validate_permission(entry, entry.target_role_arn, scope)


def _validate_permission(
    entry: PodIdentityAssociation, target: str, scope: Scope
) -> Iterator[Problem]:
    actions = ["sts:AssumeRole", *([] if entry.disable_session_tags else ["sts:TagSession"])]
    lacking = [each for each in actions if not _may(entry, each, target)]
    if lacking:
        calls = enumerated(lacking)
        yield scope.at("targetRoleARN").problem(
            Fault.TARGET_ROLE_NOT_GRANTED,
            f"the role that is created may not call {calls} on it",
            help=[
                _GRANT if isinstance(entry, AssociationPattern) else f"{_GRANT} {_FOR_EKSCTL}",
                f"add a statement to permissionPolicy that allows {calls} on {target}",
            ],
        )


def _may(entry: PodIdentityAssociation, action: str, target: str) -> bool:
    """Tell whether the file allows a call, or attaches what it cannot look into."""
    if any(map(_is_unknown, entry.permission_policy_arns)):
        return True
    if not entry.permission_policy:
        return False
    loaded = load_document(entry.permission_policy, DocumentKind.IDENTITY)
    return isinstance(loaded, tuple) or _allows(loaded, action, target)


def _is_unknown(policy_arn: str) -> bool:
    parsed = parse_arn(policy_arn)
    return parsed is None or parsed.account != "aws" or policy_arn.endswith(_WIDE)


def _allows(document: Document, action: str, target: str) -> bool:
    verdict = is_allowed(compile_policy(document), Request(_ROLE, action, target))
    return verdict.decision is not Decision.DENIED
