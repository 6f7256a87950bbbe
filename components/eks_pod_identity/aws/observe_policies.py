"""Managed policies with the document of their default version, several at once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.observed.account import ManagedPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_iam import IAMClient


def observe_policies(
    iam: "IAMClient", arns: Iterable[str], progress: Progress = no_progress
) -> dict[str, ManagedPolicy]:
    """Return managed policies by ARN; one that is gone is left out.

    Raises:
        ObservationError: AWS could not be read.
    """
    wanted = sorted(set(arns))
    found = read_each(wanted, lambda arn: _observe_policy(iam, arn), "policies", progress)
    return {policy.arn: policy for policy in found if policy}


def _observe_policy(iam: "IAMClient", arn: str) -> ManagedPolicy | None:
    try:
        return _read_policy(iam, arn)
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):  # deleted since it was listed
            return None
        raise observation_error(error, f"policy {arn}") from error


def _read_policy(iam: "IAMClient", arn: str) -> ManagedPolicy:
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    answer = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    # botocore decodes IAM's documents to dicts; its types still call them text.
    document = cast("Mapping[str, Any] | None", answer["PolicyVersion"].get("Document"))
    return ManagedPolicy(arn, policy["PolicyName"], document)
