"""All that decides about the credentials of one service account's pods, read part by part.

    observer = PictureObserver(AwsSession("eu-west-1"), "prod", kubernetes)
    picture = observer.observe("shop", "api", Question())

Reads only. A part that cannot be read is an `Unread` in its place, and the others are read all the
same: whoever may read little learns what that little decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.kubernetes_picture import KubernetesReader
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.observe_addons import observe_addons
from eks_pod_identity.aws.observe_associations import (
    Filters,
    list_associations,
    observe_association,
)
from eks_pod_identity.aws.observe_compute import observe_fargate_profiles, observe_node_roles
from eks_pod_identity.aws.observe_trail import observe_calls
from eks_pod_identity.aws.role_reader import RoleReader
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.observed.cluster import AddonState, Association, ClusterState
from eks_pod_identity.observed.picture import Picture, Question, Read, Unread
from eks_pod_identity.observed.workload import CallRecord, NodeRole

_Thing = TypeVar("_Thing")
_CLUSTERS_ASKED = 20
_GONE = "cluster-not-found"
_DENIED = "aws-access-denied"


class PictureObserver:
    """Reads one cluster, for one service account."""

    def __init__(
        self,
        session: AwsSession,
        cluster: str,
        kubernetes: KubernetesAccess,
        others: Sequence[AwsSession] = (),
    ) -> None:
        """Connect lazily.

        Args:
            session: Where to ask and as whom.
            cluster: The cluster's name.
            kubernetes: The way to the cluster's Kubernetes API.
            others: Sessions of other accounts, which may read target roles there.
        """
        self._session = session
        self._cluster = cluster
        self._kubernetes = kubernetes
        self._others = others

    def observe(self, namespace: str, name: str, question: Question) -> Picture:
        """Return all that decides.

        Args:
            namespace: The namespace.
            name: A service account or a pod of it.
            question: What the caller says beside.

        Raises:
            ObservationError: AWS cannot be reached, or there are no credentials.
        """
        cluster = self._read_cluster()
        here = None if isinstance(cluster, Unread) else cluster
        reader = KubernetesReader(self._kubernetes, here, namespace)
        target = reader.target(name)
        picture = Picture(
            now=datetime.now(UTC),
            target=target,
            cluster_name=self._cluster,
            region=self._eks.meta.region_name,
            cluster=cluster,
            kubernetes=reader.read(target),
            question=question,
        )
        if cluster is None:
            return replace(picture, cluster_names=self._names())
        picture = self._with_eks(picture)
        return self._with_iam(picture)

    def _read_cluster(self) -> Read[ClusterState | None]:
        try:
            return ClusterObserver(self._session, self._cluster).observe_cluster()
        except ObservationError as error:
            found = {each.id for each in error.problems}
            if _GONE in found:
                return None
            if found != {_DENIED}:
                raise
            return _unread(error, f"aws eks describe-cluster --name {self._cluster}")

    def _with_eks(self, picture: Picture) -> Picture:
        name, account = self._cluster, picture.account
        associated = attempt(
            lambda: frozenset(list_associations(self._eks, name)),
            f"eks-pod-identity get --cluster {name}",
        )
        association = self._association(account)
        addons = attempt(
            lambda: observe_addons(self._eks, name),
            f"eks-pod-identity get --cluster {name} --addons",
        )
        return replace(
            picture,
            addons=addons,
            addon_accounts=dict(self._addon_accounts(addons, picture)),
            associated=associated,
            association=association,
            elsewhere=tuple(self._elsewhere(account)) if association is None else (),
            fargate_profiles=attempt(
                lambda: observe_fargate_profiles(self._eks, name),
                f"aws eks list-fargate-profiles --cluster-name {name}",
            ),
            node_roles=self._node_roles(picture.cluster),
        )

    def _node_roles(self, cluster: Read[ClusterState | None]) -> Read[tuple[NodeRole, ...]]:
        if cluster is None or isinstance(cluster, Unread):
            return cluster or ()
        return attempt(
            lambda: observe_node_roles(self._eks, cluster),
            f"aws eks list-nodegroups --cluster-name {cluster.name}",
        )

    def _association(self, account: ServiceAccountRef) -> Read[Association | None]:
        filters = Filters(account.namespace, account.name)

        def read() -> Association | None:
            for id_ in list_associations(self._eks, self._cluster, filters).values():
                return observe_association(self._eks, self._cluster, id_)
            return None

        shown = f"--namespace {account.namespace} --service-account {account.name}"
        return attempt(read, f"eks-pod-identity get --cluster {self._cluster} {shown}")

    def _addon_accounts(
        self, addons: Read[Mapping[str, AddonState]], picture: Picture
    ) -> Iterator[tuple[str, Read[tuple[str, ...]]]]:
        """Yield the service accounts of the add-ons that are in the namespace."""
        catalog = AddonCatalog(self._eks)
        for addon in () if isinstance(addons, Unread) else addons.values():
            if (addon.namespace or "kube-system") == picture.account.namespace:
                shown = f"eks-pod-identity catalog {addon.name} --cluster {self._cluster}"
                yield addon.name, attempt(lambda one=addon: _named(catalog, one), shown)  # type: ignore[misc] # mypy cannot infer a lambda with a default

    def _elsewhere(self, account: ServiceAccountRef) -> Iterator[str]:
        others = [name for name in self._names() if name != self._cluster]
        filters = Filters(account.namespace, account.name)
        for name in others[:_CLUSTERS_ASKED]:
            found = attempt(lambda one=name: list_associations(self._eks, one, filters), "")  # type: ignore[misc] # as above
            if found and not isinstance(found, Unread):
                yield name

    def _with_iam(self, picture: Picture) -> Picture:
        association = picture.associated_with
        wanted = [] if association is None else [association.role_arn]
        if association is not None and association.target_role_arn:
            wanted.append(association.target_role_arn)
        roles = [] if isinstance(picture.node_roles, Unread) else picture.node_roles
        reader = RoleReader(self._session, self._account(picture), self._others)
        iam, unread = reader.read([*wanted, *(each.arn for each in roles if each.arn)])
        here = picture.here
        if here is not None and association is not None:
            iam = replace(iam, clusters=(replace(here, associations=(association,)),))
        return replace(picture, iam=iam, unread_roles=unread, calls=self._calls(wanted, roles))

    def _calls(
        self, wanted: Sequence[str], nodes: Sequence[NodeRole]
    ) -> Read[tuple[CallRecord, ...]]:
        if not wanted:
            return ()
        arns = {*wanted, *(each.arn for each in nodes)}
        shown = (
            "aws cloudtrail lookup-events --lookup-attributes "
            f"AttributeKey=ResourceName,AttributeValue={wanted[-1]}"
        )
        return attempt(lambda: observe_calls(self._session, arns), shown)

    def _account(self, picture: Picture) -> str:
        here, association = picture.here, picture.associated_with
        arn = here.arn if here else association.arn if association else ""
        parts = parse_arn(arn)
        return parts.account if parts else ""

    def _names(self) -> tuple[str, ...]:
        found = attempt(AccountObserver(self._session).cluster_names, "")
        return () if isinstance(found, Unread) else found

    @cached_property
    def _eks(self):  # type: ignore[no-untyped-def] # noqa: ANN202 - boto3's client
        return self._session.eks()


def attempt(read: Callable[[], _Thing], decide: str) -> Read[_Thing]:
    """Return what a read gives, or why it cannot be had.

    Args:
        read: Makes the calls.
        decide: What to type instead.
    """
    try:
        return read()
    except ObservationError as error:
        return _unread(error, decide)


def _unread(error: ObservationError, decide: str) -> Unread:
    message = error.problems[0].message
    return Unread(message.partition(": ")[2] or message, decide)  # what is read is said beside it


def _named(catalog: AddonCatalog, addon: AddonState) -> tuple[str, ...]:
    return tuple(each.service_account for each in catalog.recommended(addon.name, addon.version))
