"""Whose credentials these are."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.names import Arn, parse_arn

if TYPE_CHECKING:
    from types_boto3_sts import STSClient


def observe_caller(sts: "STSClient") -> Arn:
    """Return the ARN of the caller.

    Raises:
        ObservationError: AWS could not be asked.
    """
    try:
        arn = parse_arn(sts.get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "who is asking") from error
    if arn is None:
        raise ObservationError([Problem("aws-caller-unknown", "aws", "AWS does not say who asks")])
    return arn
