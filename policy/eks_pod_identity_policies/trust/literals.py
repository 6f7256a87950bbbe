"""The values that a trust policy speaks of: the material for probes.

In: statements. Out: clusters, namespaces, service accounts, organizations that are named in them,
wildcards filled in; and samples where nothing is named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, cycle, islice, product

from eks_pod_identity.iam.evaluation import Condition, Statement
from eks_pod_identity.iam.evaluation.variable import variables_of
from eks_pod_identity_policies.session_tags import (
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    POD_NAME,
    POD_UID,
    REQUEST_TAG,
    SERVICE_ACCOUNT,
)
from eks_pod_identity_policies.trust.arn_pattern import accounts_like, clusters_like, fill, is_open
from eks_pod_identity_policies.trust.call import Cluster, PodCall

SAMPLE_ACCOUNT = "111122223333"
SAMPLE_ORG = "o-a1b2c3d4e5"
# What IAM sees of a call that somebody makes himself: over TLS, and no service for him.
IN_PERSON: Mapping[str, str] = {
    "aws:principalisawsservice": "false",
    "aws:securetransport": "true",
    "aws:viaawsservice": "false",
}
FOREIGN_ORG = "o-zzzzzzzzzz"
# Names that no document has, a second one for those that exclude the first.
_SAMPLE_CLUSTER = ("probe", "other-probe")
_SAMPLE_NAMESPACE = ("probe-namespace", "other-namespace")
_SAMPLE_SERVICE_ACCOUNT = ("probe-account", "other-account")
ARN_KEYS = ("aws:sourcearn", REQUEST_TAG + CLUSTER_ARN)
_PROBED_KEYS = frozenset(
    {
        *ARN_KEYS,
        "aws:sourceaccount",
        "aws:sourceorgid",
        *(REQUEST_TAG + tag for tag in (CLUSTER_NAME, NAMESPACE, SERVICE_ACCOUNT)),
    }
)
_FEW = 3  # regions
_ENOUGH = 12  # calls for a statement: of a list of values the first stand for the others


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
        role_account: Of aws:ResourceAccount, empty if it is not asked for.
        pods: Names and UIDs of pods, empty ones for any.
        names_account: Whether aws:SourceAccount is asked for.
    """

    clusters: tuple[Cluster, ...]
    exact_clusters: frozenset[Cluster]
    namespaces: tuple[str, ...]
    service_accounts: tuple[str, ...]
    orgs: tuple[str, ...]
    role_account: str
    pods: tuple[tuple[str, str], ...]
    names_account: bool

    def calls(self) -> Iterator[PodCall]:
        """Yield calls of pods that the statements may mean, the named ones first."""
        lists = (self.clusters, self.namespaces, self.service_accounts, self.orgs, self.pods)
        # The first ones of each list with all others, and each value once in any case.
        side_by_side = islice(zip(*map(cycle, lists), strict=False), max(map(len, lists)))
        for chosen in chain(islice(product(*lists), _ENOUGH), islice(side_by_side, _ENOUGH)):
            cluster, namespace, service_account, org, pod = chosen
            account = self.role_account or cluster.account
            yield PodCall(cluster, namespace, service_account, org, org, account, pod=pod)


def read_literals(statements: Iterable[Statement]) -> Literals:
    """Return what statements name in conditions on EKS's calls."""
    named = _Named(statements)
    accounts = named.accounts()
    names = named.or_sample(REQUEST_TAG + CLUSTER_NAME, *_SAMPLE_CLUSTER)
    arns = tuple(each for key in ARN_KEYS for each in named.values(key))
    clusters = [each for arn in arns for each in clusters_like(arn, accounts)]
    if any(map(is_open, arns)) or not clusters or named.asked.isdisjoint(ARN_KEYS):
        clusters += [Cluster(*each) for each in product(accounts, names)]
        clusters = [*_in_regions(clusters, named.values("aws:requestedregion")), *clusters]
    namespaces = named.or_sample(REQUEST_TAG + NAMESPACE, *_SAMPLE_NAMESPACE)
    service_accounts = named.or_sample(REQUEST_TAG + SERVICE_ACCOUNT, *_SAMPLE_SERVICE_ACCOUNT)
    exact = (each for arn in arns if not is_open(arn) for each in clusters_like(arn, accounts))
    return Literals(
        clusters=tuple(dict.fromkeys(clusters)),
        exact_clusters=frozenset(exact),
        namespaces=namespaces,
        # A service account may have to be called like its namespace.
        service_accounts=(*service_accounts, *(namespaces if named.has_variables else ())),
        orgs=named.or_sample("aws:sourceorgid", named.closed("aws:resourceorgid") or SAMPLE_ORG),
        role_account=next(accounts_like(named.values("aws:resourceaccount")), ""),
        pods=named.pods(),
        names_account="aws:sourceaccount" in named.asked,
    )


def _in_regions(clusters: Iterable[Cluster], regions: Iterable[str]) -> Iterator[Cluster]:
    """Yield clusters in the regions that conditions ask for."""
    written = [fill(each) for each in regions if "${" not in each]
    return (each._replace(region=region) for each, region in product(clusters, written[:_FEW]))


def values_of(statements: Iterable[Statement], key: str) -> tuple[str, ...]:
    """Return every value that conditions compare a key with, as written."""
    compared = (
        condition.values
        for statement in statements
        for condition in statement.conditions
        if condition.key == key and condition.operator != "Null"
    )
    return tuple(dict.fromkeys(chain.from_iterable(compared)))


def has_unread(statement: Statement) -> bool:
    """Tell whether a statement asks for nothing but variables, of which no probe can be made."""
    return any(
        not condition.negated and condition.operator != "Null" and _is_unread(condition)
        for condition in statement.conditions
        if condition.key in _PROBED_KEYS
    )


def _is_unread(condition: Condition) -> bool:
    return all(condition.variables and variables_of(each) for each in condition.values)


class _Named:
    """The values that conditions of statements compare keys with, as written.

    Attributes:
        asked: The keys that some Allow wants to have a named value.
        has_variables: Whether some value has a variable.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.asked: set[str] = set()
        self.has_variables = False
        self._values: dict[str, dict[str, None]] = {}
        for statement in statements:
            for each in statement.conditions:
                if each.operator == "Null":
                    continue
                self._values.setdefault(each.key, {}).update(dict.fromkeys(each.values))
                self.has_variables |= each.patterns is None
                if statement.allow and not each.negated:
                    self.asked.add(each.key)

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values of a key."""
        return tuple(self._values.get(key, ()))

    def closed(self, key: str) -> str:
        """Return the first value of a key that has no wildcards, empty if there is none."""
        return next((each for each in self.values(key) if not is_open(each)), "")

    def pods(self) -> tuple[tuple[str, str], ...]:
        """Return names and UIDs of pods, empty ones where none is asked for."""
        names, uids = (self.or_sample(REQUEST_TAG + tag, "") for tag in (POD_NAME, POD_UID))
        return tuple(islice(product(names, uids), _ENOUGH))

    def accounts(self) -> tuple[str, ...]:
        """Return the source accounts, and a sample unless some Allow asks for a named one."""
        named = tuple(dict.fromkeys(accounts_like(self.values("aws:sourceaccount"))))
        if named and "aws:sourceaccount" in self.asked:
            return named
        of_role = accounts_like(self.values("aws:resourceaccount"))
        return (*named, next(of_role, SAMPLE_ACCOUNT))

    def or_sample(self, key: str, sample: str, *others: str) -> tuple[str, ...]:
        """Return the values of a key, and samples unless some Allow asks for a named one."""
        values = (each for each in self.values(key) if each and "${" not in each)
        named = tuple(dict.fromkeys(map(fill, values)))
        if named and key in self.asked:
            return named
        return (*named, sample, *(others if self.values(key) else ()))
