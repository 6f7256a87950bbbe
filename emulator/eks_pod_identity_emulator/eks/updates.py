"""DescribeUpdate and ListUpdates, for clusters and add-ons."""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.environment import Answer, Operation, Params
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import not_found
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.eks.update import Update


class UpdateOperations:
    """Reads the records of updates."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {"DescribeUpdate": self.describe, "ListUpdates": self.list}

    def describe(self, region: Region, params: Params) -> Answer:
        """Show an update; one of an add-on is found only with the add-on's name.

        Text and rule: https://github.com/aws/aws-cli/issues/10252
        """
        cluster = region.cluster(params["name"])
        update = _updates(region, cluster, params).get(params["updateId"])
        if update is None:
            raise not_found(
                f"No update found for ID: {params['updateId']}", clusterName=cluster.name
            )
        return {"update": update.description()}

    def list(self, region: Region, params: Params) -> Answer:
        """List the ids of a cluster's or an add-on's updates."""
        updates = _updates(region, region.cluster(params["name"]), params)
        return list_page(updates, params, "updateIds", lambda update: update.id)


def _updates(region: Region, cluster: Cluster, params: Params) -> Table[Update]:
    if params.get("addonName"):
        return region.addon(cluster, params["addonName"]).updates
    for member, kind in (("nodegroupName", "node group"), ("capabilityName", "capability")):
        if params.get(member):
            raise not_found(
                f"No {kind} found for name: {params[member]}.", clusterName=cluster.name
            )
    return cluster.updates
