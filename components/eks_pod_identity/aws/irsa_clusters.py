"""Clusters with all that decides about the credentials of their pods: EKS and Kubernetes.

What cannot be read of a cluster becomes a sentence in it, so that a migration leaves it alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_addons import observe_addons
from eks_pod_identity.aws.observe_associations import Filters, observe_associations
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.kubernetes.access import UnreadableError
from eks_pod_identity.kubernetes.observe_workloads import observe_workloads
from eks_pod_identity.migration.inventory import Addon, Cluster, FargateProfile
from eks_pod_identity.migration.phases import AGENT
from eks_pod_identity.migration.place import Place
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import AddonState, ClusterState

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient


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
        try:
            pages = self._eks.get_paginator("list_clusters").paginate()
            names = sorted(name for page in pages for name in page["clusters"])
        except (ClientError, BotoCoreError) as error:
            raise observation_error(error, "the list of clusters") from error
        return read_each(names, self._cluster, "clusters", self._progress)

    def _cluster(self, name: str) -> FoundCluster:
        state = ClusterObserver(self._session, name).observe_cluster()
        issuer = _issuer(self._eks, name)
        arn = parse_arn(state.arn)
        place = Place(*((arn.account, arn.region, name, arn.partition) if arn else ("", "", name)))
        offered = bool(self._catalog.offer(AGENT, state.version).versions)
        cluster = Cluster(
            place,
            issuer,
            state.auto_mode,
            offers_pod_identity=offered,
            addons=tuple(map(self._addon(state), observe_addons(self._eks, name).values())),
            associations=observe_associations(self._eks, name, Filters()) if offered else (),
            fargate_profiles=_profiles(self._eks, name),
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


def _issuer(eks: "EKSClient", name: str) -> str:
    try:
        answer = eks.describe_cluster(name=name)["cluster"]
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'cluster "{name}"') from error
    return answer.get("identity", {}).get("oidc", {}).get("issuer", "").removeprefix("https://")


def _profiles(eks: "EKSClient", name: str) -> tuple[FargateProfile, ...]:
    try:
        pages = eks.get_paginator("list_fargate_profiles").paginate(clusterName=name)
        names = sorted(each for page in pages for each in page["fargateProfileNames"])
        return tuple(_profile(eks, name, each) for each in names)
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'the Fargate profiles of cluster "{name}"') from error


def _profile(eks: "EKSClient", cluster: str, name: str) -> FargateProfile:
    answer = eks.describe_fargate_profile(clusterName=cluster, fargateProfileName=name)
    selectors = answer["fargateProfile"].get("selectors", ())
    return FargateProfile(
        name, tuple((each.get("namespace", "*"), each.get("labels", {})) for each in selectors)
    )
