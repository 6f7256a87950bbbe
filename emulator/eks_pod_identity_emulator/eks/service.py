"""The EKS service: operation name and parameters in, answer out, no HTTP.

Parameters and answers use the member names of botocore's model of EKS; times are datetimes.
Requests are taken as checked against that model. It must not know of sockets, JSON or URLs.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks.absent_resources import AbsentResources
from eks_pod_identity_emulator.eks.addon_associations import AddonAssociations
from eks_pod_identity_emulator.eks.addon_transitions import AddonTransitions
from eks_pod_identity_emulator.eks.addon_update import AddonUpdateOperation
from eks_pod_identity_emulator.eks.addons import AddonOperations
from eks_pod_identity_emulator.eks.association_store import AssociationStore
from eks_pod_identity_emulator.eks.associations import AssociationOperations
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.catalog import Catalog
from eks_pod_identity_emulator.eks.catalog_data import load_catalog
from eks_pod_identity_emulator.eks.catalog_operations import CatalogOperations
from eks_pod_identity_emulator.eks.cluster_updates import ClusterUpdateOperations
from eks_pod_identity_emulator.eks.clusters import ClusterOperations
from eks_pod_identity_emulator.eks.compute import ComputeOperations
from eks_pod_identity_emulator.eks.environment import Environment, Operation
from eks_pod_identity_emulator.eks.identifiers import Identifiers
from eks_pod_identity_emulator.eks.region import Region, Regions
from eks_pod_identity_emulator.eks.roles import IamView, RoleChecks
from eks_pod_identity_emulator.eks.seeding import Seeding
from eks_pod_identity_emulator.eks.tag_operations import TagOperations
from eks_pod_identity_emulator.eks.updates import UpdateOperations
from eks_pod_identity_emulator.eks.views import (
    AddonView,
    AssociationView,
    ClusterView,
    view_addon,
    view_association,
    view_cluster,
)
from eks_pod_identity_emulator.seed import Seed
from eks_pod_identity_emulator.settings import Settings


class EksService:
    """EKS of every account and region, in memory; safe to call from many threads.

    Calls in one account and region take turns; others do not wait for them.
    """

    def __init__(
        self,
        settings: Settings,
        iam: IamView,
        clock: Clock,
        catalog: Catalog | None = None,
    ) -> None:
        """Set up.

        Args:
            settings: How this EKS behaves.
            iam: The roles that it looks at.
            clock: Its time.
            catalog: What it offers; the catalog of the package if not given.
        """
        self._clock = clock
        self._environment = Environment(
            settings=settings,
            clock=clock,
            roles=RoleChecks(iam, clock, settings.iam_spread_seconds),
            catalog=catalog or load_catalog(),
            identifiers=Identifiers(settings.random_seed),
        )
        self._regions = Regions()
        self._store = AssociationStore(self._environment)
        self._operations = _operations(self._environment, self._store)

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations that `call` answers."""
        return frozenset(self._operations)

    def call(self, operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one request.

        Raises:
            ApiError: AWS would refuse the request.
            KeyError: The operation is not in `operations`.
        """
        answer = self._operations[operation]
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            region.refuse_absent_service(operation, params)
            return region.tokens.once(operation, params, partial(answer, region, params))

    def load(self, seed: Seed) -> None:
        """Put the clusters of a seed in place, with their add-ons and associations.

        Raises:
            SeedError: A version or an add-on is not in the catalog, or a name is given twice.
        """
        Seeding(self._environment, self._store).load(seed, self._regions)

    def clusters(self) -> tuple[ClusterView, ...]:
        """Return the clusters of all accounts and regions."""
        views: list[ClusterView] = []
        for region in self._regions:
            with region.lock:
                self._settle(region)
                views += [view_cluster(region.caller, cluster) for cluster in region.clusters]
        return tuple(views)

    def cluster(self, caller: Caller, name: str) -> ClusterView:
        """Return a cluster.

        Raises:
            ApiError: There is no such cluster.
        """
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            return view_cluster(region.caller, region.cluster(name))

    def installed_addons(self, caller: Caller, cluster: str) -> tuple[AddonView, ...]:
        """Return the add-ons of a cluster, with restarts, namespace and service accounts.

        Raises:
            ApiError: There is no such cluster.
        """
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            addons = region.cluster(cluster).addons
            return tuple(view_addon(addon, self._environment.catalog) for addon in addons)

    def preserved_addons(self, caller: Caller, cluster: str) -> frozenset[str]:
        """Return the names of add-ons that were deleted and left their software behind.

        Raises:
            ApiError: There is no such cluster.
        """
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            return frozenset(region.cluster(cluster).preserved_addons)

    def addon_restarts(self, caller: Caller, cluster: str) -> dict[str, int]:
        """Return how often the pods of each add-on of a cluster were rolled.

        Raises:
            ApiError: There is no such cluster.
        """
        return {addon.name: addon.restarts for addon in self.installed_addons(caller, cluster)}

    def associations_visible(self, caller: Caller, cluster: str) -> tuple[AssociationView, ...]:
        """Return the associations of a cluster that have spread to its nodes.

        Raises:
            ApiError: There is no such cluster.
        """
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            now = self._clock.monotonic()
            return tuple(
                view_association(association)
                for association in region.cluster(cluster).associations
                if association.visible_at <= now
            )

    def association_visible(
        self, caller: Caller, cluster: str, namespace: str, service_account: str
    ) -> AssociationView | None:
        """Return the association that a new pod of a service account would use, or None.

        Raises:
            ApiError: There is no such cluster.
        """
        region = self._regions.of(caller)
        with region.lock:
            self._settle(region)
            found = region.cluster(cluster).associations.of(namespace, service_account)
            if found is None or found.visible_at > self._clock.monotonic():
                return None
            return view_association(found)

    def _settle(self, region: Region) -> None:
        region.timeline.settle(self._clock.monotonic())


def _operations(environment: Environment, store: AssociationStore) -> dict[str, Operation]:
    owned = AddonAssociations(environment, store)
    transitions = AddonTransitions(environment)
    return {
        **AbsentResources().operations,
        **AddonOperations(environment, owned, transitions).operations,
        **AddonUpdateOperation(environment, owned, transitions).operations,
        **AssociationOperations(environment, store).operations,
        **CatalogOperations(environment.catalog).operations,
        **ClusterOperations(environment).operations,
        **ClusterUpdateOperations(environment).operations,
        **ComputeOperations().operations,
        **TagOperations().operations,
        **UpdateOperations().operations,
    }
