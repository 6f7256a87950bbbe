"""Session tags that somebody of another account gave himself.

In: the policy of a bucket, key, secret, queue or topic. Out: whether it believes them. Whoever has
an account sets any tags on sessions of his own roles, those of EKS included.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    Request,
    Statement,
    is_allowed,
)
from eks_pod_identity.iam.evaluation.glob import to_text
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, SOURCE_KEYS
from eks_pod_identity_policies.trust.arn_pattern import fill
from eks_pod_identity_policies.trust.literals import values_of
from eks_pod_identity_policies.trust.stranger import contexts_of_strangers


def believes_anybody(policy: Policy, statement: Statement) -> bool:
    """Tell whether a statement lets in any account that sets the tags it asks for."""
    tags = {
        key: fill(value)
        for key in PRINCIPAL_KEYS
        for value in values_of((statement,), key)[:1]
        if "${" not in value
    }
    if not statement.allow or not tags:
        return False
    action = fill(to_text(statement.actions[0])) if statement.actions else ""
    resource = fill(statement.resources[0]) if statement.resources else ""
    for context in _contexts(statement, tags):
        (arn,) = context.values["aws:principalarn"]
        request = Request(Principal.aws(arn), action, resource, context)
        if is_allowed(policy, request).decision is Decision.ALLOWED:
            return True
    return False


def _contexts(statement: Statement, tags: dict[str, str]) -> Iterator[Context]:
    """Yield what the service sees of forgers, who have accounts as the conditions would have it."""
    for stranger in contexts_of_strangers((statement,)):
        (account,) = stranger.values["aws:principalaccount"]
        call = {
            "aws:principaltype": "AssumedRole",
            "aws:securetransport": "true",
            "kms:calleraccount": account,
        }
        yield Context.of({**stranger.values, **call, **tags}, absent=SOURCE_KEYS)
