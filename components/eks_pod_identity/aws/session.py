"""boto3 sessions: where to ask and as whom."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient
    from types_boto3_iam import IAMClient
    from types_boto3_sts import STSClient

# Adaptive retries slow the client down when AWS throttles; ten attempts outlast a burst of
# DescribePodIdentityAssociation on a cluster of some thousand associations.
_RETRIES = Config(retries={"mode": "adaptive", "total_max_attempts": 10}, max_pool_connections=32)


@dataclass(frozen=True, slots=True)
class AwsSession:
    """A region and, if not the default one, a profile; credentials come from boto3's own chain."""

    region: str | None = None
    profile: str | None = None

    def eks(self) -> "EKSClient":
        """Return a client for Amazon EKS."""
        return self._boto3().client("eks", config=_RETRIES)

    def iam(self) -> "IAMClient":
        """Return a client for IAM."""
        return self._boto3().client("iam", config=_RETRIES)

    def sts(self) -> "STSClient":
        """Return a client for STS."""
        return self._boto3().client("sts", config=_RETRIES)

    def _boto3(self) -> boto3.Session:
        return boto3.Session(region_name=self.region, profile_name=self.profile)
