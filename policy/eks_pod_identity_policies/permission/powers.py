"""What makes a role an administrator: acts far apart that some session of a pod may all do.

In: a role of a stack with its policies and boundary. Out: its powers in words. Conditions that a
pod meets narrow nothing; of what is not known (a network, say) the words say that it decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from eks_pod_identity.access.act import Act
from eks_pod_identity.access.callers.session import SessionCalls
from eks_pod_identity.access.permitted import permitted
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Policy, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity_policies.documents import identity_policies_of, loaded
from eks_pod_identity_policies.permission.identity_request import ODD_NAME, Home, allows, homes_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.tags import default_tags, known_tags
from eks_pod_identity_policies.trust.call import PODS
from eks_pod_identity_policies.values import UNKNOWN

Policies: TypeAlias = tuple[Policy, ...]


class Limits(Enum):
    """A permissions boundary that is not of the stack: it bounds, nobody sees how far."""

    UNSEEN = "not of this stack"


class Power(NamedTuple):
    """What a role may do.

    Attributes:
        words: As in "may ...".
        acts: Actions, with service and resource, all of which are it; far apart, so that what
            allows all of them allows everything.
    """

    words: str
    acts: tuple[tuple[str, str, str], ...]


_DATA = (
    ("cloudformation:DeleteStack", "cloudformation", f"stack/{ODD_NAME}/{ODD_NAME}"),
    ("dynamodb:DeleteTable", "dynamodb", f"table/{ODD_NAME}"),
    ("ec2:TerminateInstances", "ec2", f"instance/{ODD_NAME}"),
    ("kms:ScheduleKeyDeletion", "kms", f"key/{ODD_NAME}"),
    ("lambda:UpdateFunctionCode", "lambda", f"function:{ODD_NAME}"),
    ("rds:DeleteDBInstance", "rds", f"db:{ODD_NAME}"),
    ("s3:DeleteBucket", "s3", ODD_NAME),
    ("secretsmanager:GetSecretValue", "secretsmanager", f"secret:{ODD_NAME}"),
)
_EVERYTHING = Power(
    "do everything",
    (
        ("ec2:TerminateInstances", "ec2", f"instance/{ODD_NAME}"),
        ("iam:CreateUser", "iam", f"user/{ODD_NAME}"),
        ("kms:ScheduleKeyDeletion", "kms", f"key/{ODD_NAME}"),
        ("s3:DeleteBucket", "s3", ODD_NAME),
    ),
)
# Controllers that make roles for others do without the first two.
_ALL_OF_IAM = Power(
    "do everything in IAM, and so give itself the rest",
    (
        ("iam:CreateAccessKey", "iam", f"user/{ODD_NAME}"),
        ("iam:CreateLoginProfile", "iam", f"user/{ODD_NAME}"),
        ("iam:PutRolePolicy", "iam", f"role/{ODD_NAME}"),
        ("iam:UpdateAssumeRolePolicy", "iam", f"role/{ODD_NAME}"),
    ),
)
_ALL_BUT_IAM = Power("do everything but change IAM", _DATA)
_POWERS = (_EVERYTHING, _ALL_OF_IAM, _ALL_BUT_IAM)
# Each lets a role give itself whatever it likes.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
_GIVING = tuple(
    Power(
        f"{action} on any role, and so give itself everything",
        ((action, "iam", f"role/{ODD_NAME}"),),
    )
    for action in ("iam:AttachRolePolicy", "iam:PutRolePolicy")
)
_HANDING_ON = Power(
    "rewrite the trust policy of any role, and pass it to pods",
    (
        ("iam:UpdateAssumeRolePolicy", "iam", f"role/{ODD_NAME}"),
        ("iam:PassRole", "iam", f"role/{ODD_NAME}"),
    ),
)
# What they allow that matters here, version of November 2026:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
_MANAGED: Mapping[str, Mapping[str, str | list[str]]] = {
    "AdministratorAccess": {"Action": "*"},
    "IAMFullAccess": {"Action": "iam:*"},
    "PowerUserAccess": {"NotAction": ["iam:*", "organizations:*", "account:*"]},
}


@lru_cache(maxsize=64)
def _managed_policy(arn: str) -> Policy | None:
    """Return what AWS's policy of an ARN says, None if it is none of those that matter."""
    _, found, name = arn.partition(":iam::aws:policy/")
    if not found or name not in _MANAGED:
        return None
    statement = {"Effect": "Allow", "Resource": "*", **_MANAGED[name]}
    document = load_document({"Version": "2012-10-17", "Statement": [statement]}, _IDENTITY)
    return None if isinstance(document, tuple) else compile_policy(document)


_IDENTITY = DocumentKind.IDENTITY


def limits_of(stack: Stack, role: Resource) -> Policies | Limits | None:
    """Return what a role's permissions boundary says, None if it has none."""
    boundary = role.get("permissionsBoundary")
    found = loaded(each for of in stack.boundary_of(role) for each in identity_policies_of(of))
    if limits := tuple(document.policy for _, document in found):
        return limits
    if boundary is UNKNOWN:
        return Limits.UNSEEN
    if not isinstance(boundary, str) or not boundary:
        return None
    managed = _managed_policy(boundary)
    return Limits.UNSEEN if managed is None else (managed,)


def powers_of(
    stack: Stack, role: Resource, limits: Policies | None, *, escalation: bool
) -> Iterator[str]:
    """Yield what a role may do that makes it an administrator, in words."""
    tags = known_tags(role.get("tags"), role.get("tagsAll"), default_tags(role.provider))
    for arn in sorted(stack.given_policies[role.urn]):
        managed = _managed_policy(arn)
        if managed and any(_judged((managed,), limits, tags, each) for each in _POWERS):
            yield f"has {arn} attached"
    held = loaded(source for _, source in stack.permissions[role.urn])
    policies = tuple(document.policy for _, document in held)
    for power in (*_POWERS, *(_GIVING if escalation else ())):
        if found := _judged(policies, limits, tags, power):
            yield found
            return


def capability_power(stack: Stack, role: Resource, limits: Policies | None) -> str:
    """Return in words that a role of an EKS capability may hand any role to pods, if it may."""
    given = filter(None, map(_managed_policy, stack.given_policies[role.urn]))
    held = loaded(source for _, source in stack.permissions[role.urn])
    policies = (*given, *(document.policy for _, document in held))
    tags = known_tags(role.get("tags"), role.get("tagsAll"), default_tags(role.provider))
    return _judged(policies, limits, tags, _HANDING_ON)


def _judged(
    policies: Policies, limits: Policies | None, tags: Mapping[str, str] | None, power: Power
) -> str:
    """Return a power in words if a role has it or cannot be shown not to, else an empty text."""
    groups = [policies] if limits is None else [policies, limits]
    if not all(_speaks(group, action) for group in groups for action, *_ in power.acts):
        return ""
    doubt = ""
    for home in homes_of((*policies, *(limits or ()))):
        calls = SessionCalls(Setting(home.account, home.partition), role_tags=tags)
        reach = permitted(groups, _acts(power, home), calls)
        if reach.answer is Answer.YES:
            return f"may {power.words}"
        if reach.answer is Answer.TOO_LARGE:
            return f"cannot be shown not to {power.words} (too large to be proved)"
        if reach.answer is Answer.DEPENDS:
            keys = ", ".join(reach.depends_on)
            doubt = f"cannot be shown not to {power.words} (depends on {keys})"
    return doubt


def _speaks(policies: Policies, action: str) -> bool:
    return any(allows(each, action) for each in policies)


def _acts(power: Power, home: Home) -> Iterable[Act]:
    for action, service, resource in power.acts:
        keys = {"iam:passedtoservice": (PODS.name,)} if action == "iam:PassRole" else {}
        yield Act(action, home.arn(service, resource), keys=keys)
