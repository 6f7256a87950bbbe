"""EKS Auth: a pod's token in, credentials of its association's role out."""

from eks_pod_identity_emulator.eks_auth.assumption import AssumedRole, RoleAssumer
from eks_pod_identity_emulator.eks_auth.role import AssumableRole, Roles
from eks_pod_identity_emulator.eks_auth.service import EksAuthService

__all__ = ["AssumableRole", "AssumedRole", "EksAuthService", "RoleAssumer", "Roles"]
