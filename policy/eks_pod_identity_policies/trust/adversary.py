"""Calls of EKS that a role's trust has to refuse: from elsewhere, or without what should bind them.

In: a call that is meant, and the statements, by whose wildcards an attacker would choose accounts
and names. Out: calls.
"""

import re
from collections.abc import Iterator
from itertools import product

from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity_policies.session_tags import CLUSTER_ARN, CLUSTER_NAME, REQUEST_TAG
from eks_pod_identity_policies.trust.call import Cluster, PodCall
from eks_pod_identity_policies.trust.literals import FOREIGN_ORG, fill, fit_account, values_of

FOREIGN_ACCOUNT = "999999999999"
_ACCOUNT = re.compile(r"\d{12}")
_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
_SOME = 6  # of each sort; probes multiply


def calls_from_elsewhere(
    meant: PodCall, statements: tuple[Statement, ...], trusted: frozenset[str]
) -> Iterator[PodCall]:
    """Yield calls for a cluster of an account that is neither meant nor of the organization.

    Args:
        meant: A call that is to pass.
        statements: Of the document.
        trusted: The accounts that the document or the configuration names.
    """
    accounts = [each for each in _foreign_accounts(statements) if each not in trusted]
    for account in accounts[:_SOME]:
        cluster = meant.cluster._replace(account=account)
        for org in (FOREIGN_ORG, ""):
            yield meant._replace(cluster=cluster, org=org)
        for tags in (True, False):
            yield meant._replace(cluster=cluster, org="", tags=tags, source=False)
        yield meant._replace(cluster=cluster, org=FOREIGN_ORG, tags=False)


def calls_from_other_clusters(
    meant: PodCall, statements: tuple[Statement, ...], named: frozenset[Cluster]
) -> Iterator[PodCall]:
    """Yield calls for clusters of the same account that the document does not name."""
    name = meant.cluster.name
    wildcards = [value.rpartition("cluster/")[2] for value in _cluster_values(statements)]
    names = ("another-cluster", *(fill(each, "-another") for each in wildcards if "*" in each))
    for each, region in product((name, *names[:_SOME]), (meant.cluster.region, "ap-southeast-2")):
        cluster = meant.cluster._replace(name=each, region=region)
        if cluster not in {meant.cluster, *named} and _NAME.fullmatch(each):
            yield meant._replace(cluster=cluster)
            yield meant._replace(cluster=cluster, tags=False)


def _cluster_values(statements: tuple[Statement, ...]) -> Iterator[str]:
    for key in ("aws:sourcearn", REQUEST_TAG + CLUSTER_ARN, REQUEST_TAG + CLUSTER_NAME):
        yield from values_of(statements, key)


def _foreign_accounts(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Return accounts that an attacker may have, some of them chosen to fit wildcards."""
    patterns = [*values_of(statements, "aws:sourceaccount")]
    for arn in values_of(statements, "aws:sourcearn"):
        patterns += arn.split(":")[4:5]
    fitting = (fit_account(each) for each in patterns if "*" in each or "?" in each)
    return tuple(
        dict.fromkeys((FOREIGN_ACCOUNT, *(each for each in fitting if _ACCOUNT.fullmatch(each))))
    )
