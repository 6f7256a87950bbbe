"""Which managed policies do not exist, asked before a role is to have them.

In: ARNs. Out: those that IAM does not have, with what it has instead. Reads only, and takes a
policy that the caller may not read for one that exists: IAM judges it when it is attached.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.observed.cluster import MissingPolicies

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient


def find_missing_policies(
    iam: "IAMClient", arns: Iterable[str], progress: Progress = no_progress
) -> MissingPolicies:
    """Return the policies among these that do not exist."""
    wanted = sorted(set(arns))
    found = read_each(wanted, lambda arn: _is_missing(iam, arn), "policies", progress)
    missing = frozenset(arn for arn, gone in zip(wanted, found, strict=True) if gone)
    return MissingPolicies(missing, _all_policies(iam) if missing else ())


def _is_missing(iam: "IAMClient", arn: str) -> bool:
    try:
        iam.get_policy(PolicyArn=arn)
    except (ClientError, BotoCoreError) as error:
        return is_not_found(error)
    return False


def _all_policies(iam: "IAMClient") -> tuple[str, ...]:
    try:
        pages = iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 1_000})
        return tuple(sorted(policy["Arn"] for page in pages for policy in page["Policies"]))
    except (ClientError, BotoCoreError):  # an addition to a finding must not hide it
        return ()
