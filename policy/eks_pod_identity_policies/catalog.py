"""All rules, in the order in which remedies are applied.

A wrong name of the service is put right first: before that no other rule knows that a role is meant
for pods. Actions come before conditions.
"""

from eks_pod_identity_policies.rule import Rule
from eks_pod_identity_policies.rules import (
    abac,
    association,
    document,
    fail_closed,
    reserved_tag,
    session,
    session_tag,
    target_role,
    trust_action,
    trust_principal,
    trust_source,
    uniqueness,
)

RULES: tuple[Rule, ...] = (
    trust_principal.SERVICE_NAME,
    abac.NEEDS_TAGS,
    association.ADDON_ASSOCIATIONS,
    association.NAMES,
    association.ROLE_ACCOUNT,
    abac.ROLE_TRUSTS,
    association.SERVICE_ACCOUNT,
    document.IGNORE_CHANGES,
    document.UNVERIFIED,
    document.WELLFORMED,
    fail_closed.FAIL_CLOSED,
    reserved_tag.RESERVED_TAGS,
    reserved_tag.TAG_SESSION_GUARD,
    session.SESSION_POLICY,
    session.TAGS_ON,
    uniqueness.UNIQUE,
    abac.ROLE_SHARING,
    target_role.SOURCE_MINIMAL,
    session_tag.HIERARCHY,
    session_tag.KNOWN_KEY,
    session_tag.STABLE,
    target_role.EXTERNAL_ID,
    target_role.TARGET_TRUST,
    trust_action.MINIMAL_ACTIONS,
    trust_action.WORKS,
    trust_principal.NO_OPEN_PRINCIPAL,
    trust_principal.SINGLE_PURPOSE,
    trust_source.CLUSTER_BOUND,
    trust_source.SOURCE_ARN_SHAPE,
    trust_source.SOURCE_BOUND,
)
