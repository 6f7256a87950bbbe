"""Clusters with all that decides about the credentials of their pods: EKS and Kubernetes.

What cannot be read of a cluster becomes a sentence in it, so that a migration leaves it alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.observe_addons import observe_addons
from eks_pod_identity.aws.observe_associations import Filters, observe_associations
from eks_pod_identity.aws.observe_compute import observe_fargate_profiles
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.kubernetes.access import UnreadableError
from eks_pod_identity.kubernetes.observe_workloads import observe_workloads
from eks_pod_identity.migration.inventory import Addon, Cluster
from eks_pod_identity.migration.place import Place
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import AddonState, ClusterState


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """A cluster for the decision, and as EKS shows it: its endpoint is the way to its API."""

    cluster: Cluster
    state: ClusterState
    session: AwsSession


class RegionReader:
    """Reads the clusters of one region."""

    def __init__(
        self,
        session: AwsSession,
        ways: Mapping[str, KubernetesAccess] | None = None,
        progress: Progress = no_progress,
    ) -> None:
        """Take a session of the region.

        Args:
            session: Where to ask and as whom.
            ways: Ways to the Kubernetes API by cluster, where it is not EKS's own.
            progress: Who is told.
        """
        self._session = session
        self._ways = ways or {}
        self._progress = progress
        self._eks = session.eks()
        self._catalog = AddonCatalog(self._eks)

    def read(self) -> list[FoundCluster]:
        """Return all clusters of the region, in order of names.

        Raises:
            ObservationError: EKS could not be read.
        """
        names = AccountObserver(self._session).cluster_names()
        return read_each(names, self._cluster, "clusters", self._progress)

    def _cluster(self, name: str) -> FoundCluster:
        state = ClusterObserver(self._session, name).observe_cluster()
        arn = parse_arn(state.arn)
        place = Place(*((arn.account, arn.region, name, arn.partition) if arn else ("", "", name)))
        offered = bool(self._catalog.offer(AGENT_ADDON, state.version).versions)
        cluster = Cluster(
            place,
            state.issuer,
            state.auto_mode,
            offers_pod_identity=offered,
            addons=tuple(map(self._addon(state), observe_addons(self._eks, name).values())),
            associations=observe_associations(self._eks, name, Filters()) if offered else (),
            fargate_profiles=observe_fargate_profiles(self._eks, name),
        )
        return FoundCluster(self._with_workloads(cluster, state), state, self._session)

    def _addon(self, state: ClusterState) -> "_AddonReader":
        return _AddonReader(self._catalog, state.version)

    def _with_workloads(self, cluster: Cluster, state: ClusterState) -> Cluster:
        try:
            way = self._ways.get(state.name, KubernetesAccess(self._session))
            found = observe_workloads(way.access(state))
        except UnreadableError as error:
            return replace(cluster, unread=(str(error),))
        return replace(
            cluster,
            service_accounts=found.service_accounts,
            workloads=found.workloads,
            pods=found.pods,
            nodes=found.nodes,
        )


@dataclass(frozen=True, slots=True)
class _AddonReader:
    catalog: AddonCatalog
    kubernetes_version: str

    def __call__(self, state: AddonState) -> Addon:
        names = {
            each.service_account for each in self.catalog.recommended(state.name, state.version)
        }
        offer = self.catalog.offer(state.name, self.kubernetes_version)
        placed = replace(state, namespace=state.namespace or offer.default_namespace)
        return Addon(placed, frozenset(names))
