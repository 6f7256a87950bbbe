"""What already exists under the names that a program declares, asked of AWS once per run."""

from functools import cache

import pulumi

from eks_pod_identity.aws.existing import Existing
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.names import AwsContext


def existing_in(context: AwsContext) -> Existing:
    """Return what answers for a region and account; the same one for a whole run."""
    return _existing(context.region, pulumi.Config("aws").get("profile"), context.account)


@cache
def _existing(region: str, profile: str | None, account: str) -> Existing:
    return Existing(AwsSession(region, profile), account)
