"""Session tags that somebody of another account gave himself.

In: the policy of a bucket, key, secret, queue or topic. Out: whether it believes them. Whoever has
an account sets any tags on sessions of his own roles, those of EKS included.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

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
from eks_pod_identity_policies.trust.foreign import FOREIGN_ACCOUNT
from eks_pod_identity_policies.trust.literals import FOREIGN_ORG, values_of

_FORGER = f"arn:aws:iam::{FOREIGN_ACCOUNT}:role/forger"


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
    request = Request(Principal.aws(_FORGER), action, resource, _context(tags))
    return is_allowed(policy, request).decision is Decision.ALLOWED


def _context(tags: dict[str, str]) -> Context:
    own = {
        "aws:principalaccount": FOREIGN_ACCOUNT,
        "aws:principalarn": _FORGER,
        "aws:principalisawsservice": "false",
        "aws:principalorgid": FOREIGN_ORG,
        "aws:principaltype": "AssumedRole",
        "aws:securetransport": "true",
        "kms:calleraccount": FOREIGN_ACCOUNT,
    }
    return Context.of({**own, **tags}, absent=SOURCE_KEYS)
