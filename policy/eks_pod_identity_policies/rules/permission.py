"""What a role may do that undoes all other rules: everything, or hand on roles of others."""

from collections.abc import Iterable, Iterator

from eks_pod_identity.iam.evaluation import Decision, Policy, Request, is_allowed
from eks_pod_identity_policies.association import Association
from eks_pod_identity_policies.documents import (
    IDENTITY_TYPES,
    identity_policies_of,
    loaded,
    trust_policies,
)
from eks_pod_identity_policies.frameworks import LEAST_PRIVILEGE, NO_ADMINISTRATORS
from eks_pod_identity_policies.identity_request import (
    ODD_NAME,
    SOMEBODY,
    Home,
    allows,
    context_in,
    homes_of,
    regions_of,
)
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
from eks_pod_identity_policies.trust.call import PODS
from eks_pod_identity_policies.values import UNKNOWN, texts

_HAND_ON = "iam:PassRole"
# Far apart, so that what allows all of them allows everything.
_EVERYTHING = (
    ("ec2:TerminateInstances", "ec2", f"instance/{ODD_NAME}"),
    ("iam:CreateUser", "iam", f"user/{ODD_NAME}"),
    ("kms:ScheduleKeyDeletion", "kms", f"key/{ODD_NAME}"),
    ("s3:DeleteBucket", "s3", ODD_NAME),
)
# Who may do all of these has the whole of IAM. Controllers that make roles for others do without
# the first two.
_ALL_OF_IAM = (
    ("iam:CreateAccessKey", "iam", f"user/{ODD_NAME}"),
    ("iam:CreateLoginProfile", "iam", f"user/{ODD_NAME}"),
    ("iam:PutRolePolicy", "iam", f"role/{ODD_NAME}"),
    ("iam:UpdateAssumeRolePolicy", "iam", f"role/{ODD_NAME}"),
)
# Each lets a role give itself whatever it likes.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
_GIVING = ("iam:AttachRolePolicy", "iam:PutRolePolicy")
_ADMIN_POLICIES = (":iam::aws:policy/AdministratorAccess", ":iam::aws:policy/IAMFullAccess")


def _passrole(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        if not allows(document.policy, _HAND_ON):
            continue
        for request in _passing_requests(document.policy):
            verdict = is_allowed(document.policy, request)
            if verdict.decision is Decision.ALLOWED and verdict.statement:
                message = (
                    f'{source.path}, statement "{verdict.statement.label}": any role may be passed'
                    " to pods of any cluster"
                )
                yield Finding(message, (_NAME_ROLES, _NAME_CLUSTERS))
                break


def _passing_requests(policy: Policy) -> Iterator[Request]:
    """Yield requests for a role that nobody has a name for, to a cluster likewise."""
    for home in homes_of((policy,)):
        for region in regions_of((policy,), home):
            cluster = home.arn("eks", f"cluster/{ODD_NAME}", region)
            passing = {"iam:passedtoservice": PODS.name, "iam:associatedresourcearn": cluster}
            context = context_in(home, (policy,), passing, region)
            yield Request(SOMEBODY, _HAND_ON, home.arn("iam", f"role/{ODD_NAME}"), context)


def _no_admin(stack: Stack, config: Config) -> Findings:
    allowed = config.texts("allowed")
    for role in _pod_roles(stack):
        if allowed.intersection((role.name, *texts(role.get("name")))) or _is_bounded(stack, role):
            continue
        for message in _powers(stack, role, escalation=config.flag("escalation")):
            yield Finding(f"role {role.name}, which pods use, {message}", (_NARROW,), role.urn)


def _pod_roles(stack: Stack) -> Iterator[Resource]:
    """Yield the roles that pods work as, by themselves or as the target of a chain."""
    used = (role for each in stack.associations for role in _roles_of(stack, each))
    associated = {role.urn for role in used}
    for role in stack.roles:
        if role.urn in associated or any(each.pod_statements for each in trust_policies(role)):
            yield role


def _roles_of(stack: Stack, association: Association) -> Iterator[Resource]:
    yield from filter(None, (stack.role_of(association), stack.target_of(association)))


def _is_bounded(stack: Stack, role: Resource) -> bool:
    boundary = role.get("permissionsBoundary")
    if isinstance(boundary, str) and (not boundary or boundary.endswith(_ADMIN_POLICIES)):
        return False
    held = loaded(each for owner in stack.boundary_of(role) for each in identity_policies_of(owner))
    limits = [document.policy for _, document in held]
    if limits and any(_may_all(limits, home, _EVERYTHING) for home in homes_of(limits)):
        return False
    return boundary is UNKNOWN or isinstance(boundary, str)


def _powers(stack: Stack, role: Resource, *, escalation: bool) -> Iterator[str]:
    for arn in sorted(stack.given_policies[role.urn]):
        if arn.endswith(_ADMIN_POLICIES):
            yield f"has {arn} attached"
    held = loaded(source for _, source in stack.permissions[role.urn])
    policies = [document.policy for _, document in held]
    homes = homes_of(policies)
    if any(_may_all(policies, home, _EVERYTHING) for home in homes):
        yield "may do everything"
        return
    if any(_may_all(policies, home, _ALL_OF_IAM) for home in homes):
        yield "may do everything in IAM, and so give itself the rest"
        return
    for action in _GIVING if escalation else ():
        giving = ((action, "iam", f"role/{ODD_NAME}"),)
        if any(_may_all(policies, home, giving) for home in homes):
            yield f"may {action} on any role, and so give itself everything"
            return


def _may_all(policies: list[Policy], home: Home, acts: Iterable[tuple[str, str, str]]) -> bool:
    context = context_in(home, policies, {})
    requests = (
        Request(SOMEBODY, action, home.arn(service, resource), context)
        for action, service, resource in acts
    )
    return all(is_allowed(policies, each).decision is Decision.ALLOWED for each in requests)


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
