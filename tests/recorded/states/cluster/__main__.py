"""All pod identities of one cluster, from cluster.yaml or the file that `clusterFile` names."""

import pulumi

from eks_pod_identity import ClusterPodIdentities

config = pulumi.Config()
identities = ClusterPodIdentities(
    "cluster", {"config_file": config.get("clusterFile") or "cluster.yaml"}
)

pulumi.export("associations", identities.associations)
pulumi.export("addons", identities.addons)
