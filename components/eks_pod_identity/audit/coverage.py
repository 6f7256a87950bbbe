"""Which rules of the pack an audit asks, and what of them cannot be seen in AWS.

A rule of the pack is asked unless it is named here as pointless, or judges only types of resources
that are not read. What only an audit can see has rules of its own.
"""

from collections.abc import Iterable, Mapping

from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity.audit.observed import READ_TYPES
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.rule import ResourceRule, Rule

POINTLESS: Mapping[str, str] = {
    "pid-ignore-changes": "It is about an option of a program.",
    "pid-unverified": "In AWS every value is known.",
}
"""Why rules are not asked, by id."""

PARTIAL: Mapping[str, str] = {
    "pid-assoc-unique": "EKS holds to it by itself. Annotations for IRSA are seen where one "
    "cluster is judged and its Kubernetes API can be read.",
    "pid-doc-wellformed": "Equal keys cannot be seen: boto3 hands documents over without them.",
    "pid-irsa-claims": "Roles of associations; OIDC providers are not read.",
    "pid-irsa-leftover": "Annotations as for pid-assoc-unique.",
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
