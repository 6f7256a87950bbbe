"""What is known of a role apart from its trust policy: its account, partition, organization."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from eks_pod_identity.iam.document import Document, canonical_json
from eks_pod_identity.iam.evaluation import Policy

# The first moment that counts as the present: earlier dates in conditions are past.
_NOW = 1_767_225_600  # 2026-01-01
_FRESH_ACCOUNTS = ("111122223333", "555566667777", "000011112222", "314159265358")
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PARTITION = re.compile(r"arn:(aws[a-z-]*):")
_MAX_CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a role lives.

    Attributes:
        account: Its account.
        partition: Its partition, which its clusters share.
        organization: Of its account; empty if it is in none, None if that is not known.
        now: Seconds since 1970; dates before it are past.
        is_made_up: Whether the account stands for one that is not known.
    """

    account: str
    partition: str = "aws"
    organization: str | None = None
    now: int = _NOW
    is_made_up: bool = False


def settings_of(*documents: Document) -> tuple[Setting, ...]:
    """Return where a role may live of which that is not known.

    A wrong account turns good documents into alarms and hides bad ones. So there is a setting for
    each of the first accounts that the documents name, and one for an account that they do not
    name; what holds in all of them is proved.
    """
    text = " ".join(map(canonical_json, documents))
    partition = next(iter(_PARTITION.findall(text)), "aws")
    named = list(dict.fromkeys(_ACCOUNT.findall(text)))[:_MAX_CANDIDATES]
    fresh = next(each for each in _fresh() if each not in named)
    known = tuple(Setting(each, partition) for each in named)
    return (*known, Setting(fresh, partition, is_made_up=True))


def unnamed_setting(policy: Policy) -> Setting:
    """Return a setting whose account a policy does not name, with the partition that it names."""
    texts = [*_texts(policy)]
    partition = next((found[1] for each in texts if (found := _PARTITION.search(each))), "aws")
    named = {account for each in texts for account in _ACCOUNT.findall(each)}
    fresh = next(each for each in _fresh() if each not in named)
    return Setting(fresh, partition, is_made_up=True)


def named_settings(policy: Policy) -> tuple[Setting, ...]:
    """Return a setting for each of the first accounts that a policy names, and the unnamed one."""
    unnamed = unnamed_setting(policy)
    found = (account for each in _texts(policy) for account in _ACCOUNT.findall(each))
    named = tuple(dict.fromkeys(found))[:_MAX_CANDIDATES]
    return (*(Setting(each, unnamed.partition) for each in named), unnamed)


def _texts(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        for names in (statement.principals or {}).values():
            yield from names
        for condition in statement.conditions:
            yield from condition.values


def _fresh() -> Iterator[str]:
    yield from _FRESH_ACCOUNTS
    yield from (f"{number:012d}" for number in count())
