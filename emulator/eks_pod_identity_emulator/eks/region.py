"""The state of EKS in one region of one account, and all such states.

Whoever reads or writes a region holds its lock; nothing is shared between regions.
"""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.association import Association
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.refusals import (
    invalid_parameter,
    invalid_request,
    no_cluster,
    not_found,
)
from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.eks.timeline import Timeline
from eks_pod_identity_emulator.eks.tokens import Tokens
from eks_pod_identity_emulator.errors import ApiError

AGENT_ADDON = "eks-pod-identity-agent"


class Tagged(Protocol):
    """A resource that the tag operations reach by its ARN."""

    arn: str
    tags: dict[str, str]


class Region:
    """Clusters, what is planned for them, and the index of tagged resources."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.lock = threading.RLock()
        self.clusters: Table[Cluster] = Table()
        self.timeline = Timeline()
        self.tokens = Tokens()
        self.tagged: dict[str, Tagged] = {}
        self.offers_pod_identity = True

    def cluster(self, name: str) -> Cluster:
        """Return a cluster.

        Raises:
            ApiError: There is none of that name.
        """
        found = self.clusters.get(name)
        if found is None:
            raise no_cluster(name)
        return found

    def standing_cluster(self, name: str) -> Cluster:
        """Return a cluster whose control plane answers.

        Raises:
            ApiError: There is none of that name, or it is being made or deleted. EKS's text for
                the latter was found nowhere in public.
        """
        found = self.cluster(name)
        if not found.stands:
            raise invalid_request(f"Cluster {name} is in {found.status} state.", clusterName=name)
        return found

    def addon(self, cluster: Cluster, name: str) -> Addon:
        """Return an installed add-on.

        Raises:
            ApiError: It is not installed. Text:
                https://docs.aws.amazon.com/eks/latest/userguide/removing-an-add-on.html
        """
        found = cluster.addons.get(name)
        if found is None:
            raise not_found(
                f"No addon: {name} found in cluster: {cluster.name}",
                clusterName=cluster.name,
                addonName=name,
            )
        return found

    def refuse_absent_service(self, operation: str, params: Mapping[str, Any]) -> None:
        """Refuse what has to do with Pod Identity in a region that does not offer it.

        A guess: what a front end says of a path that it does not have.

        Raises:
            ApiError: MissingAuthenticationTokenException, or NotFound for the agent's add-on.
        """
        if self.offers_pod_identity:
            return
        if "PodIdentityAssociation" in operation or params.get("podIdentityAssociations"):
            code = "MissingAuthenticationTokenException"
            raise ApiError(code, "Missing Authentication Token", status=403)
        if operation == "CreateAddon" and params["addonName"] == AGENT_ADDON:
            raise invalid_parameter("Addon specified is not supported", addonName=AGENT_ADDON)

    def add_cluster(self, cluster: Cluster) -> None:
        """Take up a new cluster."""
        self.clusters.add(cluster.name, cluster)
        self.tagged[cluster.arn] = cluster

    def remove_cluster(self, cluster: Cluster) -> None:
        """Drop a cluster with its add-ons and associations."""
        self.clusters.remove(cluster.name)
        for resource in (cluster, *cluster.addons, *cluster.associations):
            self.tagged.pop(resource.arn, None)

    def add_addon(self, cluster: Cluster, addon: Addon) -> None:
        """Take up a new add-on."""
        cluster.addons.add(addon.name, addon)
        self.tagged[addon.arn] = addon

    def remove_addon(self, cluster: Cluster, addon: Addon) -> None:
        """Drop an add-on; its associations are somebody else's decision."""
        cluster.addons.remove(addon.name)
        self.tagged.pop(addon.arn, None)

    def add_association(self, cluster: Cluster, association: Association) -> None:
        """Take up a new association."""
        cluster.associations.add(association)
        self.tagged[association.arn] = association

    def remove_association(self, cluster: Cluster, association: Association) -> None:
        """Drop an association."""
        cluster.associations.remove(association)
        self.tagged.pop(association.arn, None)


class Regions:
    """Every region that was ever asked for."""

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], Region] = {}
        self._lock = threading.Lock()

    def of(self, caller: Caller) -> Region:
        """Return the caller's region; it begins empty."""
        key = (caller.account, caller.region)
        found = self._regions.get(key)
        if found is not None:
            return found
        with self._lock:
            whose = Caller(caller.account, caller.region, caller.partition)
            return self._regions.setdefault(key, Region(whose))

    def __iter__(self) -> Iterator[Region]:
        with self._lock:
            return iter(tuple(self._regions.values()))
