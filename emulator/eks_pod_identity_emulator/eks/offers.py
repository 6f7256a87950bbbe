"""What of the catalog a cluster can run, or EKS's words for why not."""

from eks_pod_identity_emulator.eks.catalog import AddonVersion, Catalog, CatalogAddon
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.refusals import invalid_parameter


def offered_addon(catalog: Catalog, name: str, cluster: Cluster) -> CatalogAddon:
    """Return the add-on of that name if it runs on the cluster.

    Raises:
        ApiError: Text: https://github.com/marcincuber/eks/issues/10
    """
    offered = catalog.addons.get(name)
    if offered is None or not offered.versions_for(cluster.version):
        raise invalid_parameter(
            f"Addon {name} specified is not supported in {cluster.version} kubernetes version",
            clusterName=cluster.name,
            addonName=name,
        )
    return offered


def offered_version(offered: CatalogAddon, version: str, cluster: Cluster) -> AddonVersion:
    """Return the version of that name if it runs on the cluster.

    Raises:
        ApiError: Text: https://github.com/hashicorp/terraform-provider-aws/issues/32238
    """
    found = offered.version(version)
    if found is None or cluster.version not in found.kubernetes:
        raise invalid_parameter(
            "Addon version specified is not supported",
            clusterName=cluster.name,
            addonName=offered.name,
        )
    return found
