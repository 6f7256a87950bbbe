"""Session tags that somebody of another account gave himself.

In: the policy of a bucket, key, secret, queue, topic, table, repository or endpoint. Out: whether
it believes them. Whoever has an account sets any tags on sessions of his own roles.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

import re
from dataclasses import dataclass, replace

from eks_pod_identity.access.act import Act
from eks_pod_identity.access.callers import AccountCalls
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.masked import Mask, Masked
from eks_pod_identity.access.permitted import permitted
from eks_pod_identity.access.reach import Answer, Reach
from eks_pod_identity.access.setting import unnamed_setting
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Policy, Statement
from eks_pod_identity.iam.evaluation.glob import to_text
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, keys_used
from eks_pod_identity_policies.trust.arn_pattern import fill
from eks_pod_identity_policies.trust.reaching import NotNamed

_VARIABLE = re.compile(r"\$\{[^{}]*\}")
# Networks are guards: a stranger is neither behind an endpoint of the account nor at its addresses.
_NETWORKS = frozenset(
    {
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "s3:accesspointnetworkorigin",
    }
)
_ELSEWHERE = "55.177.3.9"  # an address that no document names


@dataclass(frozen=True, slots=True)
class Belief:
    """How far a policy believes tags.

    Attributes:
        answer: YES, DEPENDS or TOO_LARGE.
        depends_on: What is not known and decides.
    """

    answer: Answer
    depends_on: tuple[str, ...]


def believed(policy: Policy, statement: Statement) -> Belief | None:
    """Return whether a statement lets in anybody who sets the tags that are asked for."""
    denying = tuple(each for each in policy.statements if not each.allow)
    asking = [each for each in (statement, *denying) if _asks(each)]
    if not statement.allow or not asking:
        return None
    alone = Policy((statement, *denying))
    reach = _reach_of_strangers(alone, statement)
    if statement not in asking and _answer(reach, _untagged) is not Answer.NO:
        return None  # it lets in strangers anyway: of that a public policy is made
    found = _answer(reach, NotNamed())
    if found is Answer.NO:
        return None
    return Belief(found, reach.depends_on if found is Answer.DEPENDS else ())


def _asks(statement: Statement) -> bool:
    return not PRINCIPAL_KEYS.isdisjoint(keys_used(statement))


def _reach_of_strangers(policy: Policy, statement: Statement) -> Reach:
    calls = AccountCalls(unnamed_setting(policy), own=False)
    action = _filled(to_text(statement.actions[0])) if statement.actions else "*"
    if statement.not_actions or ":" not in action:
        action = "s3:getobject"
    act = Act(
        action,
        _filled(statement.resources[0]) if statement.resources else "",
        keys={"kms:calleraccount": (calls.account,), "aws:sourceip": (_ELSEWHERE,)},
        lacks=_NETWORKS,
        free=True,
    )
    about_all = replace(statement, resources=()) if statement.not_resources else statement
    statements = tuple(about_all if each is statement else each for each in policy.statements)
    return permitted([[Policy(statements)]], [act], calls)


def _filled(text: str) -> str:
    return fill(_VARIABLE.sub("x", text))


def _answer(reach: Reach, mask: Mask) -> Answer:
    return Masked(reach, mask).answer


def _untagged(unknown: Unknown, each: Class) -> bool:
    """Tell whether a stranger has no session tags."""
    tagged = unknown.name.lower() in PRINCIPAL_KEYS and each.witness is not None
    return not tagged and NotNamed()(unknown, each)
