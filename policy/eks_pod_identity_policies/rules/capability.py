"""Roles of EKS capabilities (ACK, Argo CD, kro as EKS runs them): what they may hand on."""

from collections.abc import Iterator

from eks_pod_identity_policies.documents import trust_policies
from eks_pod_identity_policies.permission.powers import Limits, capability_power, limits_of
from eks_pod_identity_policies.properties import text_list
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import texts

CAPABILITIES = "capabilities.eks.amazonaws.com"


def _capability(stack: Stack, config: Config) -> Findings:
    allowed = config.texts("allowed")
    for role in _capability_roles(stack):
        limits = limits_of(stack, role)
        named = allowed.intersection((role.name, *texts(role.get("name"))))
        if named or limits is Limits.UNSEEN:
            continue
        if found := capability_power(stack, role, limits):
            message = f"role {role.name}, which an EKS capability uses, {found}"
            yield Finding(message, (_NARROW,), role.urn)


def _capability_roles(stack: Stack) -> Iterator[Resource]:
    for role in stack.roles:
        statements = (each for trust in trust_policies(role) for each in trust.policy.statements)
        if any(
            each.allow and CAPABILITIES in (each.principals or {}).get("Service", ())
            for each in statements
        ):
            yield role


_NARROW = (
    "name the roles in Resource, by a path or prefix of their own, or set a permissions boundary"
)

CAPABILITY_ROLE = StackRule(
    id="pid-capability-role",
    title="No EKS capability may rewrite the trust of any role and pass it to pods.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Who may make objects of a capability (ACK, for one) in the cluster works with the"
        " capability's role. If it may write trust policies and pass roles without a limit, he"
        " lets his own pods into the strongest role of the account."
    ),
    fix="Name the roles that the capability may write and pass.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html",
    config={"allowed": text_list("Roles, by Pulumi name or name in IAM, for which it is meant.")},
    judge=_capability,
)
