"""What identity policies let somebody do in the account of his own, whoever he is.

In: policies. Out: the accounts that they seem to be written for, and whether a role or user there
may pass roles, or tag sessions, that nobody has a name for. Conditions that some caller meets
narrow nothing; what no document tells, the answer depends on.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from eks_pod_identity.access import domains
from eks_pod_identity.access.act import Act, decoys_of
from eks_pod_identity.access.callers import AccountCalls
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.masked import Masked
from eks_pod_identity.access.permitted import permitted
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Condition, Policy, Statement, Truth
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, REQUEST_TAG
from eks_pod_identity_policies.trust.arn_pattern import fill, is_open
from eks_pod_identity_policies.trust.call import PODS, TAG
from eks_pod_identity_policies.trust.literals import SAMPLE_ACCOUNT

ODD_NAME = "q7x0vw3k"
"""A name that no prefix or suffix of somebody's convention fits."""
_SOME = 8
_FEW = 4  # accounts
_PARTS = 6
_ARN_KEYS = frozenset({"iam:associatedresourcearn"})
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_SAMPLE_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_SAMPLE_REGION = "us-east-1"  # where IAM's own endpoint is
_GLOBAL = frozenset({"iam", "s3"})


class Home(NamedTuple):
    """An account that policies may be written for."""

    partition: str = "aws"
    account: str = SAMPLE_ACCOUNT

    @property
    def region(self) -> str:
        """A region of the partition, the one of IAM's endpoint."""
        return _SAMPLE_REGIONS.get(self.partition, _SAMPLE_REGION)

    def arn(self, service: str, resource: str, region: str = "") -> str:
        """Return the ARN of a resource here, by default in that region."""
        region = "" if service in _GLOBAL else region or self.region
        account = "" if service == "s3" else self.account  # an ARN of S3 does not tell it
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"


def homes_of(policies: Iterable[Policy]) -> tuple[Home, ...]:
    """Return the accounts that policies name, a sample first."""
    found = (home for policy in policies for each in policy.statements for home in _named(each))
    return tuple(islice(dict.fromkeys((Home(), *found)), _FEW))


@dataclass(frozen=True, slots=True)
class Permission:
    """What a policy lets somebody do.

    Attributes:
        label: The statement, as messages name it.
        answer: YES, DEPENDS or TOO_LARGE.
        depends_on: What is not known and decides.
    """

    label: str
    answer: Answer
    depends_on: tuple[str, ...] = ()

    @property
    def may(self) -> str:
        """How sure it is, as a verb."""
        return "may" if self.answer is Answer.YES else "cannot be shown not to"

    @property
    def reason(self) -> str:
        """What is missing for a proof, in brackets; empty if nothing is."""
        if self.answer is Answer.TOO_LARGE:
            return " (too large to be proved)"
        return f" (depends on {', '.join(self.depends_on)})" if self.depends_on else ""


def passing(policy: Policy) -> Permission | None:
    """Return whether any role may be passed to pods of a cluster that nobody has a name for."""

    def act(calls: AccountCalls, home: Home) -> Act:
        region = calls.space.word("region", domains.region_of(home.partition))
        cluster = (
            f"arn:{home.partition}:eks:",
            region,
            f":{home.account}:cluster/{ODD_NAME}",
        )
        keys = {
            "iam:passedtoservice": (PODS.name,),
            "iam:associatedresourcearn": cluster,
            "aws:requestedregion": (region,),
        }
        return Act("iam:PassRole", home.arn("iam", f"role/{ODD_NAME}"), keys=keys)

    return _permission(policy, "iam:PassRole", act)


def tagging(policy: Policy, tag: str) -> Permission | None:
    """Return whether a session tag may be set on a role that nobody has a name for."""
    decoys = decoys_of(each for each in tag_keys_named(policy) if each != tag)

    def act(calls: AccountCalls, home: Home) -> Act:
        value = calls.space.word(f"value of {tag}", domains.TAG)
        role = home.arn("iam", f"role/{ODD_NAME}")
        return Act(TAG, role, writes={tag: (value,)}, decoys=decoys)

    return _permission(policy, TAG, act)


def _permission(
    policy: Policy, action: str, act: Callable[[AccountCalls, Home], Act]
) -> Permission | None:
    if not allows(policy, action):
        return None
    doubt = None
    for home in homes_of((policy,)):
        calls = AccountCalls(Setting(home.account, home.partition), own=True)
        reach = permitted([[policy]], [act(calls, home)], calls)
        masked = Masked(reach, _of_no_pod)
        if masked.answer is not Answer.NO:
            doubts = reach.depends_on if masked.answer is Answer.DEPENDS else ()
            found = Permission(_label(policy, action), masked.answer, doubts)
            if masked.answer in {Answer.YES, Answer.TOO_LARGE}:
                return found
            doubt = found
    return doubt


def _of_no_pod(unknown: Unknown, each: Class) -> bool:
    """Tell whether a caller has no session tags of EKS: pods may hand on what they are."""
    return unknown.name.lower() not in PRINCIPAL_KEYS or each.witness is None


def _label(policy: Policy, action: str) -> str:
    speaking = (each for each in policy.statements if each.allow)
    return next(each.label for each in speaking if each.names_action(action) is Truth.YES)


def tag_keys_named(policy: Policy) -> tuple[str, ...]:
    """Return the keys of tags that conditions ask for: a caller may send them to please those."""
    named = (
        value
        for statement in policy.statements
        for condition in statement.conditions
        for value in _keys_named(condition)
    )
    return tuple(islice(dict.fromkeys(named), _SOME))


def _keys_named(condition: Condition) -> Iterator[str]:
    if condition.key == "aws:tagkeys":
        yield from (fill(each).lower() for each in condition.values if "${" not in each)
    elif condition.key.startswith(REQUEST_TAG):
        yield condition.key.removeprefix(REQUEST_TAG)


def allows(policy: Policy, action: str) -> bool:
    """Tell whether some statement allows an action on anything at all."""
    return any(each.allow and each.names_action(action) is Truth.YES for each in policy.statements)


def _named(statement: Statement) -> Iterator[Home]:
    for arn in (*statement.resources, *_asked((statement,), _ARN_KEYS)):
        _, partition, _, _, account, _ = _parts(arn)
        yield Home(
            "aws" if is_open(partition) or not partition else partition,
            account if account.isdigit() else SAMPLE_ACCOUNT,
        )
    for condition in statement.conditions:
        for value in condition.values:
            partition = value.split(":", 2)[1] if value.startswith("arn:aws") else "aws"
            for account in _ACCOUNT.findall(value):
                yield Home("aws" if is_open(partition) else partition, account)


def _asked(statements: Iterable[Statement], keys: frozenset[str]) -> Iterator[str]:
    """Yield the values that one of these keys may have, so that conditions hold."""
    for statement in statements:
        for condition in statement.conditions:
            if condition.key in keys and not condition.negated and condition.operator != "Null":
                yield from condition.values


def _parts(arn: str) -> list[str]:
    return (arn.split(":", _PARTS - 1) + [""] * _PARTS)[:_PARTS]
