"""Calls of EKS that a role's trust has to refuse: from elsewhere, or without what should bind them.

In: a call that is meant, and the statements, by whose wildcards an attacker would choose accounts
and names. Out: calls.
"""

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity_policies.session_tags import CLUSTER_ARN, CLUSTER_NAME, REQUEST_TAG
from eks_pod_identity_policies.trust.arn_pattern import fill, is_open, parts_of
from eks_pod_identity_policies.trust.call import Cluster, PodCall
from eks_pod_identity_policies.trust.foreign import source_accounts, source_orgs
from eks_pod_identity_policies.trust.literals import FOREIGN_ORG, values_of

_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
_SOME = 6  # of each sort; probes multiply
_FEW = 3
_EXACT = frozenset({"ArnEquals", "ArnLike", "StringEquals", "StringLike"})


class Choice(NamedTuple):
    """What a document leaves to an attacker.

    Attributes:
        accounts: That he may have.
        orgs: His organization, or where in one his account stands; empty if it is in none.
        names: Whether it may matter how his cluster, namespace and service account are called.
    """

    accounts: tuple[str, ...]
    orgs: tuple[str, ...]
    names: bool


def choice_of(statements: tuple[Statement, ...]) -> Choice:
    """Return what the statements of a document leave to an attacker."""
    return Choice(
        source_accounts(statements),
        (FOREIGN_ORG, *source_orgs(statements), ""),
        not all(map(_names_exactly, statements)),
    )


def calls_from_elsewhere(
    meant: PodCall, choice: Choice, trusted: frozenset[str]
) -> Iterator[PodCall]:
    """Yield calls for a cluster of an account that is neither meant nor of the organization.

    Args:
        meant: A call that is to pass.
        choice: What the document leaves to an attacker.
        trusted: The accounts that the document or the configuration names.
    """
    accounts = [each for each in choice.accounts if each not in trusted]
    role_account = meant.role_account or meant.cluster.account
    for account, like in product(accounts[:_SOME], _likenesses(meant, choice)):
        cluster = like.cluster._replace(account=account)
        abroad = like._replace(cluster=cluster, role_account=role_account)
        for org in choice.orgs:
            yield abroad._replace(org=org)
        for tags in (True, False):
            yield abroad._replace(org="", tags=tags, source=False)
        yield abroad._replace(org=FOREIGN_ORG, tags=False)


def _likenesses(meant: PodCall, choice: Choice) -> Iterator[PodCall]:
    """Yield the call, and others of names that an attacker may choose, where names may matter."""
    yield meant
    if not choice.names:
        return
    for name in (meant.cluster.account, "another-cluster", "xprobe"):
        cluster = meant.cluster._replace(name=name, region="ap-southeast-2")
        yield meant._replace(cluster=cluster)
        yield meant._replace(cluster=cluster, namespace="another", service_account="another")


def _names_exactly(statement: Statement) -> bool:
    """Tell whether a statement allows by plain comparisons only."""
    return statement.allow and all(
        condition.operator in _EXACT
        and not condition.holds_when_absent
        and not any(map(is_open, condition.values))
        for condition in statement.conditions
    )


def calls_from_other_clusters(
    meant: PodCall, statements: tuple[Statement, ...], named: frozenset[Cluster]
) -> Iterator[PodCall]:
    """Yield calls for clusters of the same account that the document does not name."""
    name = meant.cluster.name
    wild = [value for value in _cluster_values(statements) if "*" in value or "?" in value]
    named_like = (fill(value.rpartition("cluster/")[2], "-another") for value in wild)
    in_other_case = (name.swapcase(),) if any(map(_ignores_case, statements)) else ()
    located_like = (fill(parts[3], "another") for value in wild for parts in parts_of(value))
    names = list(dict.fromkeys((name, "another-cluster", *in_other_case, *named_like)))[:_SOME]
    regions = dict.fromkeys((meant.cluster.region, "ap-southeast-2", *islice(located_like, _FEW)))
    for each, region in product(names, regions):
        cluster = meant.cluster._replace(name=each, region=region)
        if cluster not in {meant.cluster, *named} and _NAME.fullmatch(each):
            yield meant._replace(cluster=cluster)
            yield meant._replace(cluster=cluster, tags=False)


def _ignores_case(statement: Statement) -> bool:
    return any(each.operator == "StringEqualsIgnoreCase" for each in statement.conditions)


def _cluster_values(statements: tuple[Statement, ...]) -> Iterator[str]:
    for key in ("aws:sourcearn", REQUEST_TAG + CLUSTER_ARN, REQUEST_TAG + CLUSTER_NAME):
        yield from values_of(statements, key)
