"""IAM in front of MiniStack's: roles, policies and OIDC providers as AWS checks and shows them."""

from eks_pod_identity_emulator.iam.checked import CheckedIam
from eks_pod_identity_emulator.iam.roles_view import StoredRoles
from eks_pod_identity_emulator.iam.service import IamService
from eks_pod_identity_emulator.iam.store import IamStore

__all__ = ["CheckedIam", "IamService", "IamStore", "StoredRoles"]
