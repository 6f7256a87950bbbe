"""EKS in memory: clusters, add-ons and pod identity associations, without HTTP."""

from eks_pod_identity_emulator.eks.caller import Caller, partition_of
from eks_pod_identity_emulator.eks.catalog_data import load_catalog
from eks_pod_identity_emulator.eks.own_versions import with_own_versions
from eks_pod_identity_emulator.eks.roles import IamView, RoleView
from eks_pod_identity_emulator.eks.service import EksService
from eks_pod_identity_emulator.eks.views import AddonView, AssociationView, ClusterView

__all__ = [
    "AddonView",
    "AssociationView",
    "Caller",
    "ClusterView",
    "EksService",
    "IamView",
    "RoleView",
    "load_catalog",
    "partition_of",
    "with_own_versions",
]
