"""Clusters whose ARN fits a pattern: what the wildcards and variables of a condition may stand for.

In: values of conditions on a cluster's ARN. Out: clusters to probe with. Every operator is thought
of, StringLike too, whose wildcards reach over colons; whether a condition holds for a cluster is
decided by evaluation, not here.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations_with_replacement, islice

from eks_pod_identity.iam.evaluation.glob import matches, to_pattern
from eks_pod_identity_policies.trust.call import Cluster

_COLONS = 5
_ENOUGH = 64  # ways in which wildcards share the colons that are not written
_STARS = re.compile(r"\*+")
_VARIABLE = re.compile(r"\$\{[^${}]*[^${}*?]\}")
_ACCOUNT = re.compile(r"\d{12}")
_CLUSTER = re.compile(r"cluster/([0-9A-Za-z][A-Za-z0-9_-]{0,99})")
_KIND = "cluster/"
_SAMPLE_NAME = "probe"
_SAMPLE_REGION = "eu-west-1"
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
# What a wildcard may hold of the last part: some of `cluster/`, or that and a name.
_PIECES = (
    *(_KIND[start:end] for start in range(len(_KIND)) for end in range(start + 1, len(_KIND) + 1)),
    *(_KIND[start:] + _SAMPLE_NAME for start in range(len(_KIND) + 1)),
    "",
)


def is_open(text: str) -> bool:
    """Tell whether a value has wildcards or variables."""
    return "*" in text or "?" in text or "${" in text


@lru_cache(maxsize=512)
def parts_of(pattern: str) -> tuple[tuple[str, ...], ...]:
    """Return the six parts of an ARN's pattern, in every way in which `*` may hold colons."""
    first, *others = _STARS.sub("*", _VARIABLE.sub("*", pattern)).split("*")
    missing = _COLONS - first.count(":") - sum(each.count(":") for each in others)
    if missing < 0:
        return ()
    shares = combinations_with_replacement(range(len(others)), missing)
    ways = (_parts(first, others, share) for share in islice(shares, _ENOUGH))
    return tuple(parts for parts in ways if _fits(parts[0], "arn"))


def _parts(first: str, others: list[str], share: tuple[int, ...]) -> tuple[str, ...]:
    wild = (f"*{':*' * share.count(index)}{each}" for index, each in enumerate(others))
    return tuple("".join((first, *wild)).split(":"))


@lru_cache(maxsize=512)
def clusters_like(pattern: str, accounts: tuple[str, ...]) -> tuple[Cluster, ...]:
    """Return clusters whose ARN fits a pattern, of these accounts if it leaves the choice."""
    return tuple(_clusters(pattern, accounts))


def _clusters(pattern: str, accounts: tuple[str, ...]) -> Iterator[Cluster]:
    for _, partition, service, region, account, resource in parts_of(pattern):
        name = _name_like(resource) if _fits(service, "eks") else None
        if name is None:
            continue
        fitting = [each for each in accounts if _fits(account, each)]
        partitions = [each for each in _PARTITIONS if _fits(partition, each)]
        for each in fitting or accounts_like([account]):
            where = fill(region, _SAMPLE_REGION), (partitions or [fill(partition)])[0]
            yield Cluster(each, name, *where)


def may_be_cluster(pattern: str) -> bool:
    """Tell whether the ARN of some cluster fits a pattern."""
    return any(clusters_like(pattern, ()))


def accounts_like(patterns: Iterable[str], digit: str = "1") -> Iterator[str]:
    """Yield an account for each pattern that some account matches, of this digit where it can."""
    for pattern in patterns:
        rest = 12 - len(pattern.replace("*", ""))
        filled = pattern.replace("*", digit * max(rest, 0), 1).replace("*", "")
        account = filled.replace("?", digit)
        if _ACCOUNT.fullmatch(account):
            yield account


def fill(text: str, filling: str = "x") -> str:
    """Return a text that a pattern matches."""
    return text.replace("*", filling).replace("?", filling[:1])


def _fits(pattern: str, text: str) -> bool:
    return matches(to_pattern(pattern), text)


def _name_like(pattern: str) -> str | None:
    """Return a name whose resource, `cluster/<name>`, fits the last part of a pattern."""
    pieces = _PIECES if "*" in pattern and not pattern.startswith(_KIND) else ("x",)
    for each in pieces:
        found = _CLUSTER.fullmatch(fill(pattern.replace("*", each, 1)))
        if found:
            return found[1]
    return None
