"""Hosts the public components for programs in any Pulumi language."""

from pulumi.provider.experimental import component_provider_host

from eks_pod_identity import (
    Addon,
    ClusterPodIdentities,
    PodIdentityAgent,
    PodIdentityAssociation,
    PodIdentityRole,
)

if __name__ == "__main__":
    component_provider_host(
        name="eks-pod-identity",
        components=[
            Addon,
            ClusterPodIdentities,
            PodIdentityAgent,
            PodIdentityAssociation,
            PodIdentityRole,
        ],
    )
