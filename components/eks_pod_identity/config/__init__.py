"""Desired state as users write it: eksctl's ClusterConfig."""

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
from eks_pod_identity.config.presence import Presence

__all__ = [
    "AGENT_ADDON",
    "Addon",
    "AddonsConfig",
    "AutoModeConfig",
    "ClusterConfig",
    "Iam",
    "IpFamily",
    "KubernetesNetworkConfig",
    "Metadata",
    "NamespaceConfig",
    "PodIdentityAssociation",
    "Presence",
    "ResolveConflicts",
]
