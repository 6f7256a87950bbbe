"""The values that a trust policy speaks of: the material for probes.

In: statements. Out: clusters, namespaces, service accounts, organizations that are named in them,
wildcards filled in; and samples where nothing is named.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, product

from eks_pod_identity.iam.evaluation import Condition, Statement
from eks_pod_identity.iam.evaluation.glob import matches, to_pattern
from eks_pod_identity_policies.session_tags import (
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    REQUEST_TAG,
    SERVICE_ACCOUNT,
)
from eks_pod_identity_policies.trust.call import Cluster, PodCall

SAMPLE_ACCOUNT = "111122223333"
SAMPLE_ORG = "o-a1b2c3d4e5"
FOREIGN_ORG = "o-zzzzzzzzzz"
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")
_ACCOUNT = re.compile(r"\d{12}")
_SAMPLE_NAME = "probe"
_ARN_KEYS = ("aws:sourcearn", REQUEST_TAG + CLUSTER_ARN)
_PROBED_KEYS = frozenset(
    {
        *_ARN_KEYS,
        "aws:sourceaccount",
        "aws:sourceorgid",
        *(REQUEST_TAG + tag for tag in (CLUSTER_NAME, NAMESPACE, SERVICE_ACCOUNT)),
    }
)
_COLONS = 5
_FEW_WILDCARDS = 3
_FILLINGS = (
    "",
    "probe",
    "{}",
    "eu-west-1",
    "eu-west-1:{}",
    "eu-west-1:{}:cluster/probe",
    "arn:aws:eks:eu-west-1",
    "arn:aws:eks:eu-west-1:{}:cluster/probe",
    ":{}:cluster/",
    "arn:aws:eks:eu-west-1:{}:",
)
_ENOUGH = 12  # calls for a statement: of a list of values the first stand for the others
_ARN = re.compile(r"arn:([^:]*):eks:([^:]*):([^:]*):cluster/([^/:]+)")


@dataclass(frozen=True, slots=True)
class Literals:
    """What statements name.

    Attributes:
        clusters: Of aws:SourceArn, of the tags with the cluster's ARN or name, of
            aws:SourceAccount; wildcards filled in.
        exact_clusters: Those whose ARN is named without wildcards.
        namespaces: Of the session tag.
        service_accounts: Of the session tag.
        orgs: Of aws:SourceOrgID.
        names_account: Whether aws:SourceAccount is asked for.
    """

    clusters: tuple[Cluster, ...]
    exact_clusters: frozenset[Cluster]
    namespaces: tuple[str, ...]
    service_accounts: tuple[str, ...]
    orgs: tuple[str, ...]
    names_account: bool

    def calls(self) -> Iterator[PodCall]:
        """Yield calls of pods that the statements may mean, the named ones first."""
        chosen = product(self.clusters, self.namespaces, self.service_accounts, self.orgs)
        for cluster, namespace, service_account, org in islice(chosen, _ENOUGH):
            yield PodCall(cluster, namespace, service_account, org, org)


def read_literals(statements: Iterable[Statement]) -> Literals:
    """Return what statements name in conditions on EKS's calls."""
    named = _Named(statements)
    accounts = named.or_sample("aws:sourceaccount", SAMPLE_ACCOUNT)
    names = named.or_sample(REQUEST_TAG + CLUSTER_NAME, _SAMPLE_NAME)
    arns = tuple(each for key in _ARN_KEYS for each in named.values(key))
    clusters = [each for arn in arns for each in _clusters(arn, accounts)]
    if not clusters or named.asked.isdisjoint(_ARN_KEYS):
        clusters += [Cluster(*each) for each in product(accounts, names)]
    exact = (each for arn in arns if not _is_open(arn) for each in _clusters(arn, accounts))
    return Literals(
        clusters=tuple(dict.fromkeys(clusters)),
        exact_clusters=frozenset(exact),
        namespaces=named.or_sample(REQUEST_TAG + NAMESPACE, _SAMPLE_NAME),
        service_accounts=named.or_sample(REQUEST_TAG + SERVICE_ACCOUNT, _SAMPLE_NAME),
        orgs=named.or_sample("aws:sourceorgid", SAMPLE_ORG),
        names_account="aws:sourceaccount" in named.asked,
    )


def values_of(statements: Iterable[Statement], key: str) -> tuple[str, ...]:
    """Return every value that conditions compare a key with, as written."""
    return _Named(statements).values(key)


def has_unread(statement: Statement) -> bool:
    """Tell whether a statement asks for a value of which no probe can be made.

    Such a value is a variable, or a pattern of no form that is known here.
    """
    return any(
        not condition.negated and condition.operator != "Null" and _is_unread(condition)
        for condition in statement.conditions
        if condition.key in _PROBED_KEYS
    )


def _is_unread(condition: Condition) -> bool:
    values = [each for each in condition.values if not (condition.variables and "${" in each)]
    if condition.key not in _ARN_KEYS:
        return not values
    possible = [each for each in values if _is_open(each) and may_be_cluster(each)]
    read = any(any(_clusters(each, (SAMPLE_ACCOUNT,))) for each in values)
    return not read and (not values or bool(possible))


def may_be_cluster(pattern: str) -> bool:
    """Tell whether the ARN of some cluster fits a pattern."""
    parts = pattern.split(":", _COLONS)
    if len(parts) <= _COLONS:
        return "*" in pattern  # which may stand for several parts
    if not matches(to_pattern(parts[2]), "eks"):
        return False
    kind, _, name = parts[-1].partition("/")
    if kind == "cluster":
        return bool(name) and "/" not in name and ":" not in name
    before = re.split(r"[*?]", parts[-1])[0]
    return _is_open(parts[-1]) and "cluster/".startswith(before)


def fit_account(pattern: str) -> str:
    """Return an account that a pattern matches, or the pattern if no account does."""
    rest = 12 - len(pattern.replace("*", ""))
    digits = pattern.replace("*", "9" * max(rest, 0), 1).replace("*", "").replace("?", "9")
    return digits if _ACCOUNT.fullmatch(digits) else pattern


def fill(text: str, filling: str = "x") -> str:
    """Return a text that a pattern matches."""
    return text.replace("*", filling).replace("?", filling[:1])


def _clusters(arn: str, accounts: tuple[str, ...]) -> Iterator[Cluster]:
    """Yield clusters whose ARN fits a value."""
    if "${" in arn:
        return
    found = _ARN.fullmatch(arn)
    if found is None:
        yield from _clusters_of_any_form(arn, accounts)
        return
    partition, region, account, name = found.groups()
    fitting = [each for each in accounts if matches(to_pattern(account), each)]
    for each in fitting or (fit_account(account),):
        yield Cluster(each, fill(name), fill(region, "eu-west-1"), fill(partition, "aws"))


def _clusters_of_any_form(arn: str, accounts: tuple[str, ...]) -> Iterator[Cluster]:
    """Yield clusters for wildcards that reach over colons, as StringLike lets them."""
    if _is_open(arn):
        samples = (Cluster(account, _SAMPLE_NAME) for account in accounts)
        yield from (each for each in samples if matches(to_pattern(arn), each.arn))
    parts = arn.split("*")
    if not 1 < len(parts) <= _FEW_WILDCARDS:
        return
    pieces = [filling.format(account) for filling in _FILLINGS for account in accounts]
    for fillings in product(pieces, repeat=len(parts) - 1):
        text = "".join(chain.from_iterable(zip(parts, (*fillings, ""), strict=True)))
        found = _ARN.fullmatch(text)
        if found and _REGION.fullmatch(found[2]) and _ACCOUNT.fullmatch(found[3]):
            partition, region, account, name = found.groups()
            yield Cluster(account, name, region, partition)
            return


def _is_open(text: str) -> bool:
    return "*" in text or "?" in text


class _Named:
    """The values that conditions of statements compare keys with, as written.

    Attributes:
        asked: The keys that some Allow wants to have a named value.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.asked: set[str] = set()
        self._values: dict[str, dict[str, None]] = {}
        for statement in statements:
            for each in statement.conditions:
                if each.operator == "Null":
                    continue
                self._values.setdefault(each.key, {}).update(dict.fromkeys(each.values))
                if statement.allow and not each.negated:
                    self.asked.add(each.key)

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values of a key."""
        return tuple(self._values.get(key, ()))

    def or_sample(self, key: str, sample: str) -> tuple[str, ...]:
        """Return the values of a key, and a sample unless some Allow asks for a named one."""
        filling = "1" if sample.isdigit() else "x"
        values = (each for each in self.values(key) if each and "${" not in each)
        named = tuple(dict.fromkeys(fill(each, filling) for each in values))
        return named if named and key in self.asked else (*named, sample)
