"""Puts what a seed file says about EKS into the regions, past the API and its checks.

So a seed may hold what nobody could make any more: an association whose role is gone, a cluster
of an unsupported version. Only what cannot be represented is refused.
"""

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.arns import addon_arn, cluster_arn
from eks_pod_identity_emulator.eks.association_store import AssociationStore, NewAssociation
from eks_pod_identity_emulator.eks.caller import Caller, partition_of
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.cluster_config import new_config, reachable_members
from eks_pod_identity_emulator.eks.compute import (
    Birth,
    seeded_fargate_profiles,
    seeded_nodegroups,
)
from eks_pod_identity_emulator.eks.environment import Environment
from eks_pod_identity_emulator.eks.region import Region, Regions
from eks_pod_identity_emulator.seed import (
    Seed,
    SeedAddon,
    SeedAssociation,
    SeedCluster,
    SeedError,
)

_SUBNETS = ("subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718")


class Seeding:
    """Makes clusters, add-ons and associations that are there from the start."""

    def __init__(self, environment: Environment, store: AssociationStore) -> None:
        self._environment = environment
        self._store = store

    def load(self, seed: Seed, regions: Regions) -> None:
        """Put all clusters of a seed in place.

        Raises:
            SeedError: A version or an add-on is not in the catalog, or a name is given twice.
        """
        for account in seed.accounts:
            for part in account.regions:
                region = regions.of(Caller(account.id, part.name, partition_of(part.name)))
                with region.lock:
                    region.offers_pod_identity = part.pod_identity
                    for cluster in part.clusters:
                        self._add_cluster(region, cluster)

    def _add_cluster(self, region: Region, seed: SeedCluster) -> None:
        if seed.name in region.clusters:
            raise SeedError(f"cluster {seed.name}: given twice in {region.caller.region}")
        cluster = self._cluster(region, seed)
        region.add_cluster(cluster)
        for addon in seed.addons:
            self._add_addon(region, cluster, addon)
        for association in seed.associations:
            self._add_association(region, cluster, association)

    def _cluster(self, region: Region, seed: SeedCluster) -> Cluster:
        environment = self._environment
        catalog = environment.catalog
        default = catalog.default_kubernetes_version()
        version = catalog.kubernetes_version(seed.version) if seed.version else default
        if version is None:
            known = ", ".join(entry.version for entry in catalog.kubernetes)
            raise SeedError(f"cluster {seed.name}: no version {seed.version}; there are {known}")
        now = environment.clock.now()
        birth = Birth(region.caller, seed.name, now, environment.identifiers)
        return Cluster(
            name=seed.name,
            arn=cluster_arn(region.caller, seed.name),
            version=version.version,
            platform_version=version.platform,
            status=seed.status,
            created_at=now,
            config=new_config(_request(region.caller, seed), environment.identifiers),
            reachable=reachable_members(
                region.caller,
                seed.name,
                environment.settings.cluster_endpoint,
                seed.oidc_issuer,
                environment.identifiers,
            ),
            tags=dict(seed.tags),
            addon_outcomes=seed.addon_outcomes,
            external_agent=seed.external_agent,
            node_role_arn=seed.node_role_arn,
            nodegroups=seeded_nodegroups(seed, birth),
            fargate_profiles=seeded_fargate_profiles(seed, birth),
        )

    def _add_addon(self, region: Region, cluster: Cluster, seed: SeedAddon) -> None:
        place = f"cluster {cluster.name}, addon {seed.name}"
        offered = self._environment.catalog.addons.get(seed.name)
        if offered is None:
            known = ", ".join(self._environment.catalog.addons)
            raise SeedError(f"{place}: no such add-on; there are {known}")
        default = offered.default_for(cluster.version)
        version = offered.version(seed.version) if seed.version else default
        if version is None or seed.name in cluster.addons:
            fault = f"no version {seed.version}" if version is None else "given twice"
            raise SeedError(f"{place}: {fault}")
        now = self._environment.clock.now()
        uuid = self._environment.identifiers.uuid()
        addon = Addon(
            name=seed.name,
            arn=addon_arn(region.caller, cluster.name, seed.name, uuid),
            cluster_name=cluster.name,
            version=version.version,
            namespace=seed.namespace or offered.namespace,
            status="ACTIVE",
            created_at=now,
            modified_at=now,
            configuration_values=seed.configuration_values,
            service_account_role_arn=seed.service_account_role_arn,
            tags=dict(seed.tags),
        )
        region.add_addon(cluster, addon)
        for entry in seed.associations:
            owned = SeedAssociation(addon.namespace, entry.service_account, entry.role_arn)
            self._add_association(region, cluster, owned, owner_arn=addon.arn)

    def _add_association(
        self,
        region: Region,
        cluster: Cluster,
        seed: SeedAssociation,
        owner_arn: str | None = None,
    ) -> None:
        if cluster.associations.of(seed.namespace, seed.service_account):
            account = f"{seed.namespace}/{seed.service_account}"
            raise SeedError(f"cluster {cluster.name}: {account} has two associations")
        new = NewAssociation(
            namespace=seed.namespace,
            service_account=seed.service_account,
            role_arn=seed.role_arn,
            owner_arn=owner_arn,
            target_role_arn=seed.target_role_arn,
            disable_session_tags=seed.disable_session_tags,
            policy=seed.policy,
            tags=tuple(seed.tags.items()),
        )
        association = self._store.create(region, cluster, new)
        # What was there before the first call has spread long ago.
        association.visible_at = self._environment.clock.monotonic()


def _request(caller: Caller, seed: SeedCluster) -> dict[str, object]:
    """Return the CreateCluster request that would have made the cluster."""
    role = f"arn:{caller.partition}:iam::{caller.account}:role/{seed.name}-cluster"
    auto = {"enabled": seed.auto_mode}
    request: dict[str, object] = {
        "roleArn": seed.role_arn or role,
        "resourcesVpcConfig": {"subnetIds": list(_SUBNETS)},
        "kubernetesNetworkConfig": {
            "ipFamily": seed.ip_family,
            "elasticLoadBalancing": auto,
        },
        "accessConfig": {"authenticationMode": seed.authentication_mode},
        "deletionProtection": seed.deletion_protection,
    }
    if seed.auto_mode:
        node_role = f"arn:{caller.partition}:iam::{caller.account}:role/{seed.name}-node"
        pools = ["general-purpose", "system"]
        request["computeConfig"] = {**auto, "nodePools": pools, "nodeRoleArn": node_role}
        request["storageConfig"] = {"blockStorage": auto}
    return request
