"""Which rules of the pack an audit asks, and what of them cannot be seen in AWS.

A rule of the pack is asked unless it is named here as pointless, or judges only types of resources
that are not read. What only an audit can see has its own rules here.
"""

from collections.abc import Iterable, Mapping

from eks_pod_identity.audit.observed import READ_TYPES
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.rule import Level, ResourceRule, Rule, Severity

ROLE_EXISTS = Rule(
    id="pid-live-role-exists",
    title="The roles of an association exist.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "IAM lets a role be deleted while associations name it, and EKS says nothing: pods get no"
        " credentials from then on. Whoever may make a role of that name decides what they get."
    ),
    fix="Make the role again, or delete the association.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
)
LIVE_RULES: tuple[Rule, ...] = (ROLE_EXISTS,)

POINTLESS: Mapping[str, str] = {
    "pid-ignore-changes": "It is about an option of a program.",
    "pid-unverified": "In AWS every value is known.",
}
"""Why rules are not asked, by id."""

PARTIAL: Mapping[str, str] = {
    "pid-assoc-unique": "EKS holds to it by itself; annotations for IRSA are in Kubernetes, which "
    "is not read.",
    "pid-doc-wellformed": "Equal keys cannot be seen: boto3 hands documents over without them.",
    "pid-irsa-claims": "Roles of associations; OIDC providers are not read.",
    "pid-irsa-leftover": "Roles; annotations are in Kubernetes, which is not read.",
    "pid-reserved-tags": "Tags of roles and associations; users are not read.",
    "pid-target-external-id": "Target roles of other accounts need `--target-profile`.",
    "pid-target-trust": "Target roles of other accounts need `--target-profile`.",
}
"""What is not seen of rules that are asked, by id."""


def audit_rules(rules: Iterable[Rule] = RULES) -> tuple[Rule, ...]:
    """Return the rules that an audit asks, in the order of their ids."""
    asked = (rule for rule in rules if not why_not(rule))
    return tuple(sorted((*asked, *LIVE_RULES), key=lambda rule: rule.id))


def why_not(rule: Rule) -> str:
    """Return why an audit does not ask a rule; an empty text if it does."""
    if rule.id in POINTLESS:
        return POINTLESS[rule.id]
    if isinstance(rule, ResourceRule) and rule.types.isdisjoint(READ_TYPES):
        return "It judges what is not read."
    return ""
