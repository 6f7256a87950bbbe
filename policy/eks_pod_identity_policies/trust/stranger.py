"""What a stranger can make IAM see: an account of his own, names he chose, and any tags he likes.

In: statements, by whose conditions he would choose. Out: contexts of requests.
"""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Context, Statement
from eks_pod_identity_policies import session_tags
from eks_pod_identity_policies.trust.arn_pattern import accounts_like, fill, is_open, parts_of
from eks_pod_identity_policies.trust.foreign import (
    FOREIGN_ACCOUNT,
    FOREIGN_PATH,
    accounts_beside,
    principal_orgs,
)
from eks_pod_identity_policies.trust.literals import SAMPLE_ACCOUNT, SAMPLE_ORG, values_of

_FOREIGN_ID = "AROAZZZZZZZZZZZZZZZZZ"
FOREIGN_ROLE = f"arn:aws:iam::{FOREIGN_ACCOUNT}:role/stranger"
_CHOSEN_BY_CALLER = frozenset(
    {"sts:externalid", "sts:rolesessionname", "sts:sourceidentity", "aws:tagkeys"}
)
_NO_TAGS = session_tags.SOURCE_KEYS | {session_tags.REQUEST_TAG, session_tags.PRINCIPAL_TAG}
_SOME = 8


def contexts_of_strangers(statements: tuple[Statement, ...]) -> Iterator[Context]:
    """Yield what IAM may see of a role or user of a foreign account."""
    chosen = {
        key: fill(value)
        for key in _chosen_keys(statements)
        for value in values_of(statements, key)[:1]
    }
    # Of the caller's id he chooses what is behind the colon, the name of his session.
    for value in values_of(statements, "aws:userid")[:1]:
        chosen["aws:userid"] = f"{_FOREIGN_ID}:{fill(value.rpartition(':')[2])}"
    own = _identity(FOREIGN_ROLE)
    yield Context.of({**own, **chosen}, absent=_NO_TAGS)
    yield Context.of(own, absent={*_NO_TAGS, "sts:externalid", "aws:tagkeys"})
    for arn in dict.fromkeys(_fitting_arns(statements)):
        yield Context.of({**_identity(arn), **chosen}, absent=_NO_TAGS)
    for org in principal_orgs(statements):
        yield Context.of({**_identity(FOREIGN_ROLE, org), **chosen}, absent=_NO_TAGS)


def _identity(arn: str, org: str = FOREIGN_PATH) -> dict[str, str]:
    """Return who calls, and whose role it is that he calls for.

    Args:
        arn: Of the caller.
        org: His organization, or where in one his account stands.
    """
    return {
        "aws:principalaccount": arn.split(":")[4],
        "aws:principalarn": arn,
        "aws:principalorgid": org.partition("/")[0],
        "aws:principalorgpaths": org if "/" in org else f"{org}/r-zzzz/",
        "aws:principalisawsservice": "false",
        "aws:resourceaccount": SAMPLE_ACCOUNT,
        "aws:resourceorgid": SAMPLE_ORG,
        "aws:securetransport": "true",
        "aws:userid": f"{_FOREIGN_ID}:stranger",
    }


def _chosen_keys(statements: tuple[Statement, ...]) -> set[str]:
    return {
        condition.key
        for statement in statements
        for condition in statement.conditions
        if session_tags.tag_of(condition.key) or condition.key in _CHOSEN_BY_CALLER
    }


def _fitting_arns(statements: tuple[Statement, ...]) -> Iterator[str]:
    """Yield ARNs of foreign roles that fit what wildcards leave open."""
    wild = filter(is_open, values_of(statements, "aws:principalaccount"))
    beside = accounts_beside(statements, "aws:principalaccount")
    for account in (*accounts_like(wild, "9"), *beside):
        yield f"arn:aws:iam::{account}:role/stranger"
    for pattern in values_of(statements, "aws:principalarn")[:_SOME]:
        for *before, account, resource in parts_of(pattern):
            for fitting in accounts_like([account] if is_open(account) else [], "9"):
                yield ":".join((*map(fill, before), fitting, fill(resource)))
