"""Clusters and their service accounts, by names that tell accounts and regions apart."""

from dataclasses import dataclass

from eks_pod_identity import names
from eks_pod_identity.names import ServiceAccountRef


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cluster of an account and a region.

    Attributes:
        account: 12 digits.
        region: Such as `eu-west-1`.
        cluster: The cluster's name.
        partition: `aws`, `aws-cn`, …
    """

    account: str
    region: str
    cluster: str
    partition: str = "aws"

    @property
    def arn(self) -> str:
        """The cluster's ARN."""
        return names.cluster_arn(self.partition, self.region, self.account, self.cluster)

    def label(self, home: str) -> str:
        """Return `region/cluster`, with `ACCOUNT@` before it if the account is not the home."""
        return f"{'' if self.account == home else f'{self.account}@'}{self.region}/{self.cluster}"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A service account of a cluster."""

    place: Place
    ref: ServiceAccountRef

    def label(self, home: str) -> str:
        """Return `region/cluster/namespace/name`, with the account if it is not the home."""
        return f"{self.place.label(home)}/{self.ref}"
