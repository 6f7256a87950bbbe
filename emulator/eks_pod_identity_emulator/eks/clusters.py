"""Create, describe, list and delete clusters: as much as Terraform and eksctl ask for.

Networks and nodes are outside of what is emulated.
"""

import re
from collections.abc import Mapping

from eks_pod_identity_emulator.eks.arns import cluster_arn
from eks_pod_identity_emulator.eks.catalog import KubernetesVersion
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.cluster_config import new_config, reachable_members
from eks_pod_identity_emulator.eks.environment import Answer, Environment, Operation, Params
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import in_use, invalid_parameter, invalid_request
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.tags import tag_fault

_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9\-_]{0,99}")
_SUBNETS = 2


class ClusterOperations:
    """The life of a cluster."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "CreateCluster": self.create,
            "DescribeCluster": self.describe,
            "ListClusters": self.list,
            "DeleteCluster": self.delete,
        }

    def create(self, region: Region, params: Params) -> Answer:
        """Make a cluster; it is CREATING at first.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
        """
        name = params["name"]
        version = self._checked(region, params)
        environment = self._environment
        cluster = Cluster(
            name=name,
            arn=cluster_arn(region.caller, name),
            version=version.version,
            platform_version=version.platform,
            status="CREATING",
            created_at=environment.clock.now(),
            config=new_config(params, environment.identifiers),
            reachable=reachable_members(
                region.caller,
                name,
                environment.settings.cluster_endpoint,
                None,
                environment.identifiers,
            ),
            tags=dict(params.get("tags") or {}),
        )
        region.add_cluster(cluster)
        self._plan(region, cluster, "ACTIVE")
        return {"cluster": cluster.description()}

    def describe(self, region: Region, params: Params) -> Answer:
        """Show a cluster."""
        return {"cluster": region.cluster(params["name"]).description()}

    def list(self, region: Region, params: Params) -> Answer:
        """List the names of the region's clusters."""
        return list_page(region.clusters, params, "clusters", lambda cluster: cluster.name)

    def delete(self, region: Region, params: Params) -> Answer:
        """Delete a cluster; add-ons and associations go with it.

        https://docs.aws.amazon.com/eks/latest/userguide/delete-cluster.html
        """
        cluster = region.cluster(params["name"])
        if cluster.config["deletionProtection"]:
            raise invalid_request(
                "Cluster cannot be deleted because deletion protection is enabled.",
                clusterName=cluster.name,
            )
        if cluster.status == "DELETING":
            raise in_use(f"Cluster {cluster.name} is in DELETING state.", clusterName=cluster.name)
        cluster.status = "DELETING"
        self._plan(region, cluster, None)
        return {"cluster": cluster.description()}

    def _checked(self, region: Region, params: Params) -> KubernetesVersion:
        """Refuse what EKS refuses at once; return the version.

        Texts: https://github.com/hashicorp/terraform-provider-aws/issues/38796 (version),
        internal/service/eks/cluster.go of the same project (role).
        """
        name = params["name"]
        if not _NAME.fullmatch(name):
            raise invalid_parameter(f"The cluster name provided is not valid: {name}")
        if name in region.clusters:
            raise in_use(f"Cluster already exists with name: {name}", clusterName=name)
        catalog = self._environment.catalog
        asked = params.get("version")
        version = (
            catalog.kubernetes_version(asked) if asked else catalog.default_kubernetes_version()
        )
        if version is None or version.support == "UNSUPPORTED":
            raise invalid_parameter("unsupported Kubernetes version", clusterName=name)
        if len(params["resourcesVpcConfig"].get("subnetIds") or ()) < _SUBNETS:
            raise invalid_parameter("Subnets specified must be in at least two different AZs")
        fault = tag_fault(params.get("tags") or {})
        if fault:
            raise invalid_parameter(fault, clusterName=name)
        self._environment.roles.require_cluster_role(params["roleArn"], region.caller)
        return version

    def _plan(self, region: Region, cluster: Cluster, status: str | None) -> None:
        """Let a cluster come to a status later, or vanish; a deletion overtakes all else."""
        before = cluster.status

        def settle() -> None:
            if cluster.status != before:
                return
            if status is None:
                region.remove_cluster(cluster)
            else:
                cluster.status = status

        environment = self._environment
        due = environment.clock.monotonic() + environment.settings.cluster_transition_seconds
        region.timeline.plan(due, settle)
