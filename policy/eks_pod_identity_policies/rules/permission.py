"""What a role may do that undoes all other rules: everything, or hand on roles of others."""

from collections.abc import Iterator

from eks_pod_identity_policies.association import Association
from eks_pod_identity_policies.documents import (
    IDENTITY_TYPES,
    identity_policies_of,
    loaded,
    trust_policies,
)
from eks_pod_identity_policies.frameworks import LEAST_PRIVILEGE, NO_ADMINISTRATORS
from eks_pod_identity_policies.permission.identity_request import passing
from eks_pod_identity_policies.permission.powers import Limits, limits_of, powers_of
from eks_pod_identity_policies.properties import flag, text_list
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import texts


def _passrole(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        if found := passing(document.policy):
            message = (
                f'{source.path}, statement "{found.label}": any role {found.may} be passed'
                f" to pods of any cluster{found.reason}"
            )
            yield Finding(message, (_NAME_ROLES, _NAME_CLUSTERS))


def _no_admin(stack: Stack, config: Config) -> Findings:
    allowed = config.texts("allowed")
    for role in pod_roles(stack):
        if allowed.intersection((role.name, *texts(role.get("name")))):
            continue
        limits = limits_of(stack, role)
        if limits is Limits.UNSEEN:
            continue
        for message in powers_of(stack, role, limits, escalation=config.flag("escalation")):
            yield Finding(f"role {role.name}, which pods use, {message}", (_NARROW,), role.urn)


def pod_roles(stack: Stack) -> Iterator[Resource]:
    """Yield the roles that pods work as, by themselves or as the target of a chain."""
    used = (role for each in stack.associations for role in _roles_of(stack, each))
    associated = {role.urn for role in used}
    for role in stack.roles:
        trusts = trust_policies(role)
        if role.urn in associated or any(each.pod_statements or each.is_target for each in trusts):
            yield role


def _roles_of(stack: Stack, association: Association) -> Iterator[Resource]:
    yield from filter(None, (stack.role_of(association), stack.target_of(association)))


_NAME_ROLES = "name the roles in Resource"
_NAME_CLUSTERS = (
    'or bind "iam:PassedToService" and "iam:AssociatedResourceArn" (the ARN of your cluster)'
)
_NARROW = "name the actions and resources that it needs, or set a permissions boundary"

PASSROLE_SCOPE = ResourceRule(
    id="pid-passrole-scope",
    title="Nobody may pass any role to pods of any cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Making an association takes iam:PassRole on its role. Whoever may pass every role gives"
        " his own pods the strongest one that trusts EKS Pod Identity."
    ),
    fix=(
        "Name the roles in Resource, or bind iam:PassedToService to pods.eks.amazonaws.com and"
        " iam:AssociatedResourceArn to your cluster."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    types=IDENTITY_TYPES,
    judge=_passrole,
    framework=LEAST_PRIVILEGE,
)

NO_ADMIN = StackRule(
    id="pid-role-no-admin",
    title="No pod is an administrator.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Whoever takes over such a pod, or may make one that uses its service account, has the"
        " account. The same is true of a role that has all of IAM, and of one that may attach"
        " policies to any role; but controllers that make roles live by that, so it is told only if"
        " you ask for it."
    ),
    fix="Name what the pod needs. If it is meant, set a permissions boundary or name the role.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    config={
        "allowed": text_list("Roles, by Pulumi name or name in IAM, that may do everything."),
        "escalation": flag("Whether leave to attach or put policies to any role is reported too."),
    },
    judge=_no_admin,
    framework=NO_ADMINISTRATORS,
)
