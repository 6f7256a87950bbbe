"""Desired state as users write it: eksctl's ClusterConfig, loaded with every problem told.

    loaded = load_cluster_config(text, file="cluster.yaml")
    config = loaded.require()  # or show loaded.problems

Pure: text or plain data in, models and problems out; never raises on what a user wrote.
"""

from eks_pod_identity.config.addon import (
    AGENT_ADDON,
    Addon,
    AddonsConfig,
    NamespaceConfig,
    ResolveConflicts,
)
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import (
    AutoModeConfig,
    ClusterConfig,
    Iam,
    IpFamily,
    KubernetesNetworkConfig,
    Metadata,
)
from eks_pod_identity.config.expansion import (
    DeclaredAssociation,
    clusters,
    standalone_associations,
)
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.load import (
    LoadedConfig,
    build_cluster_config,
    load_cluster_config,
    validate_cluster_config,
)
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.places import Places
from eks_pod_identity.config.presence import Presence, is_given

__all__ = [
    "AGENT_ADDON",
    "EXPANSION_KEY",
    "Addon",
    "AddonsConfig",
    "AssociationPattern",
    "AutoModeConfig",
    "ClusterConfig",
    "DeclaredAssociation",
    "Fault",
    "Iam",
    "IpFamily",
    "KubernetesNetworkConfig",
    "LoadedConfig",
    "Metadata",
    "NamespaceConfig",
    "Places",
    "PodIdentityAssociation",
    "Presence",
    "ResolveConflicts",
    "build_cluster_config",
    "clusters",
    "is_given",
    "load_cluster_config",
    "standalone_associations",
    "validate_cluster_config",
]
