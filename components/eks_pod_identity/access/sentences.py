"""Sets of callers in words: "any service account of namespace jobs in cluster prod".

In: what a policy lets in. Out: sets of callers that have no call in common, each with a sentence
and a sample.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from eks_pod_identity.access.bounds import MAX_PATHS
from eks_pod_identity.access.callers import (
    AccountCalls,
    Calls,
    ChainedCalls,
    Kind,
    PermissionCalls,
    PodCalls,
    ServiceCalls,
    TokenCalls,
)
from eks_pod_identity.access.diagram import paths
from eks_pod_identity.access.feasible import is_feasible
from eks_pod_identity.access.reach import Reach
from eks_pod_identity.access.relation import given, with_source
from eks_pod_identity.access.space import Order
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.access.wording import Values, values_of


@dataclass(frozen=True)
class CallerSet:
    """Callers that get in.

    Attributes:
        kind: The kind of caller.
        words: Who they are.
        sample: One of them, by what a call is made of.
        depends_on: What has to be known before it is sure that they get in.
        service_accounts: As "namespace/name in cluster prod", if each is named in full.
    """

    kind: Kind
    words: str
    sample: Mapping[str, str]
    depends_on: tuple[str, ...] = ()
    service_accounts: tuple[str, ...] = ()

    def __str__(self) -> str:
        doubt = f" (depends on {', '.join(self.depends_on)})" if self.depends_on else ""
        return self.words + doubt


def caller_sets(reach: Reach) -> tuple[CallerSet, ...]:
    """Return who gets in, at most MAX_PATHS sets of callers."""
    return tuple(islice(_sets(with_source(reach)), MAX_PATHS))


def _sets(reach: Reach) -> Iterator[CallerSet]:
    tags = _tags_of(reach.calls)
    if tags is None:
        yield from _described(reach, "")
        return
    on, off = given(reach, {tags: 1}), given(reach, {tags: 0})
    if on.node == off.node:
        yield from _described(on, "")
        return
    yield from _described(on, _WITH_TAGS if isinstance(reach.calls, _CHOOSE_TAGS) else "")
    yield from _described(off, _WITHOUT_TAGS)


_WITH_TAGS = ", passing session tags"
_WITHOUT_TAGS = ", without session tags"
_CHOOSE_TAGS = (AccountCalls,)


def _tags_of(calls: Calls) -> Unknown | None:
    if isinstance(calls, PodCalls):
        return calls.pod.tags
    return calls.tags if isinstance(calls, AccountCalls) else None


def _described(reach: Reach, ending: str) -> Iterator[CallerSet]:
    if reach.too_large:
        return
    diagram = reach.diagram
    for path in paths(diagram, reach.node):
        if not is_feasible(reach, path):
            continue
        found = _Description(reach, path)
        untold = (rank for rank in path if rank >= Order.UNTOLD)
        names = tuple(dict.fromkeys(diagram.unknown(rank).name for rank in untold))
        words = found.sentence() + ending
        yield CallerSet(reach.kind, words, found.sample(), names, found.service_accounts_by_name())


class _Description:
    """One way through a diagram, in words."""

    def __init__(self, reach: Reach, path: Mapping[int, Sequence[int]]) -> None:
        self._reach = reach
        self._path = path
        self._said: set[int] = set()

    def values(self, unknown: Unknown) -> Values:
        """Return the values of an unknown; each is said once."""
        self._said.add(unknown.rank)
        classes = self._reach.diagram.classes(unknown.rank)
        return values_of(unknown, classes, self._path.get(unknown.rank, range(len(classes))))

    def sentence(self) -> str:
        calls = self._reach.calls
        maker = next(make for kind, make in _MAKERS.items() if isinstance(calls, kind))
        return "".join((maker(self, calls), *self._rest()))

    def sample(self) -> dict[str, str]:
        """Return a value of each unknown that plays a part."""
        found = {}
        for rank in self._path:
            unknown = self._reach.diagram.unknown(rank)
            values = self.values(unknown)
            if rank < Order.CHOICE and values.sample is not None:
                found[unknown.name] = values.sample
        return found

    def service_accounts_by_name(self) -> tuple[str, ...]:
        """Return the service accounts of pods, if namespaces, names and clusters are listed."""
        calls = self._reach.calls
        if not isinstance(calls, PodCalls):
            return ()
        pod = calls.pod
        listed = [self.values(each) for each in (pod.cluster, pod.namespace, pod.service_account)]
        if not all(each.texts and not each.alike and not each.but for each in listed):
            return ()
        clusters, namespaces, names = (each.texts for each in listed)
        return tuple(
            f"{namespace}/{name} in cluster {cluster}"
            for cluster, namespace, name in product(clusters, namespaces, names)
        )

    def _rest(self) -> Iterator[str]:
        """Yield what else a call has to be like."""
        for rank in self._path:
            if rank not in self._said and rank < Order.UNTOLD:
                yield self._condition(self._reach.diagram.unknown(rank))

    def _condition(self, unknown: Unknown) -> str:
        if unknown.rank >= Order.FACT:
            yes = self._path[unknown.rank] == (0,)
            first, _, second = unknown.name.partition(" = ")
            return f", where {first} and {second} are {'the same' if yes else 'not the same'}"
        if unknown.rank >= Order.CHOICE:
            return f", who chooses {unknown.name}"
        values = self.values(unknown)
        if unknown.line is not None and unknown.name == "time":
            return f", {values.listed()}"
        name = _NAMES.get(unknown.name, unknown.name)
        if values.is_all:
            return f", with {'or without ' if values.absent else 'any '}{name}"
        missing = " or none" if values.absent and values.texts else ""
        return f", with {values.of(name, name)}{missing}"

    def place(self, account: Unknown | str, region: Unknown, cluster: Unknown) -> str:
        """Return which clusters are meant."""
        regions, clusters = self.values(region), self.values(cluster)
        where = "" if regions.is_all else f" in {regions.of('region')}"
        if regions.is_all and not clusters.is_all:
            where = " in any region"
        return f"{clusters.of('cluster')}{where} of {self.account(account)}"

    def account(self, account: Unknown | str) -> str:
        """Return which accounts are meant."""
        if isinstance(account, str):
            made_up = self._reach.calls.setting.is_made_up
            return "the role's account" if made_up else f"account {account}"
        values = self.values(account)
        return "any other account" if values.is_all else values.of("account")

    def service_accounts(self, namespace: Unknown, name: Unknown) -> str:
        """Return which service accounts are meant."""
        namespaces, names = self.values(namespace), self.values(name)
        if namespaces.only and names.only:
            return f"service account {namespaces.only}/{names.only}"
        return f"{names.of('service account')} of {namespaces.of('namespace')}"


_NAMES: Mapping[str, str] = {"sts:ExternalId": "external id", "sts:RoleSessionName": "session name"}


def _pods(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, PodCalls)  # noqa: S101
    pod = calls.pod
    accounts = found.service_accounts(pod.namespace, pod.service_account)
    return f"{accounts} in {found.place(pod.account, pod.region, pod.cluster)}"


def _chain(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, ChainedCalls)  # noqa: S101
    pod = calls.pod
    accounts = found.service_accounts(pod.namespace, pod.service_account)
    place = found.place(pod.account, pod.region, pod.cluster)
    return f"{accounts} in {place}, by way of {_role(found.values(calls.resource))}"


def _role(values: Values) -> str:
    return values.of("role", "roles").replace("role role/", "role ")


def _callers(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, AccountCalls)  # noqa: S101
    values = found.values(calls.resource)
    who = values.only.replace("/", " ", 1) if values.only else values.of("role or user", "those")
    return f"{who} of {found.account(calls.account)}"


def _services(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, ServiceCalls)  # noqa: S101
    return found.values(calls.service).of("service")


def _tokens(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, TokenCalls)  # noqa: S101
    issuers = found.values(calls.issuer)
    if issuers.only and calls.is_of_cluster(issuers.only):
        accounts = found.service_accounts(calls.namespace, calls.service_account)
        return f"{accounts} in the cluster of issuer {issuers.only}"
    return f"tokens of {issuers.of('identity provider')}"


def _permissions(found: _Description, calls: Calls) -> str:
    assert isinstance(calls, PermissionCalls)  # noqa: S101
    actions, resources = found.values(calls.action), found.values(calls.resource)
    return f"{actions.of('action')} on {resources.of('resource')}"


_MAKERS: Mapping[type[Calls], Callable[[_Description, Calls], str]] = {
    PodCalls: _pods,
    ChainedCalls: _chain,
    AccountCalls: _callers,
    ServiceCalls: _services,
    TokenCalls: _tokens,
    PermissionCalls: _permissions,
}
