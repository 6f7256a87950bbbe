"""Who calls: state is kept apart per account and region."""

from dataclasses import dataclass, field

from eks_pod_identity_emulator.authorization import Context
from eks_pod_identity_emulator.sessions import Identity


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and region that a request is signed for.

    Attributes:
        account: 12 digits.
        region: Name of the region.
        partition: Partition of the region.
        identity: Who signed the request, None for the account's administrator.
        context: Context keys of the request itself, such as aws:SourceIp.
    """

    account: str
    region: str
    partition: str = "aws"
    identity: Identity | None = field(default=None, compare=False)
    context: Context = field(default_factory=dict, compare=False)


def partition_of(region: str) -> str:
    """Return the partition that a region belongs to."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"
