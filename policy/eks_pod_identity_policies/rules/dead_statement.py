"""Statements about session tags that speak of no call of a pod."""

from eks_pod_identity_policies.documents import IDENTITY_TYPES, identity_policies_of, loaded
from eks_pod_identity_policies.permission.dead_statement import reason_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)


def _dead(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        for statement in document.policy.statements:
            if reason := reason_of(statement):
                does = "allows" if statement.allow else "denies"
                message = f'{source.path}, statement "{statement.label}" {does} pods nothing'
                yield Finding(f"{message}: {reason}", (_KEYS,))


_KEYS = (
    "in permissions a pod's session has aws:PrincipalTag/<tag>; aws:RequestTag is of calls that"
    " write tags, aws:Source... of calls of services"
)

DEAD_STATEMENT = ResourceRule(
    id="pid-abac-dead-statement",
    title="Every statement about session tags speaks of some call of a pod.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "A condition on a key that is misspelt, that only calls of services carry, that the"
        " service does not have, or on a value that no namespace can have, never holds: an Allow"
        " grants nothing, and a Deny guards nothing. The rule asks whether there is any call of any"
        " pod that the statement speaks of, and names the clause that is why there is none."
    ),
    fix="Put the key or the value right.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    types=IDENTITY_TYPES,
    judge=_dead,
)
