"""STS: sessions of roles by AssumeRole and AssumeRoleWithWebIdentity, and who calls."""

from eks_pod_identity_emulator.sts.service import StsService
from eks_pod_identity_emulator.sts.web_identity import TokenIssuers, WebIdentity

__all__ = ["StsService", "TokenIssuers", "WebIdentity"]
