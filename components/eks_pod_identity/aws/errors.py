"""botocore's errors in our words: what was asked, the likely cause, what to do, AWS's own text.

In: an exception of botocore and what it was about. Out: an error of ours; the caller chains the
cause (`raise observation_error(error, …) from error`). What AWS's codes mean is in `known_errors`.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from eks_pod_identity.aws.known_errors import SIGN_IN
from eks_pod_identity.aws.refusals import Refusal
from eks_pod_identity.errors import ApplyError, ObservationError, Problem

AwsError = ClientError | BotoCoreError

_NETWORK = "look at the network, at AWS_ENDPOINT_URL and at the region's name"
_LOCAL_FAULTS: tuple[tuple[type[BotoCoreError], str, str, str], ...] = (
    (NoCredentialsError, "aws-credentials-missing", "no AWS credentials were found", SIGN_IN),
    (
        PartialCredentialsError,
        "aws-credentials-missing",
        "AWS credentials are incomplete",
        SIGN_IN,
    ),
    (SSOError, "aws-credentials-expired", "the AWS sign-in has expired", SIGN_IN),
    (
        CredentialRetrievalError,
        "aws-credentials-missing",
        "AWS credentials cannot be got",
        SIGN_IN,
    ),
    (
        ProfileNotFound,
        "aws-profile-unknown",
        "the AWS profile does not exist",
        "aws configure list-profiles shows those that do",
    ),
    (NoRegionError, "aws-region-missing", "no AWS region is set", "export AWS_REGION=eu-west-1"),
    (
        InvalidRegionError,
        "aws-region-malformed",
        "no AWS region has this name",
        "--region eu-west-1",
    ),
    (
        ConfigParseError,
        "aws-config-unreadable",
        "the AWS configuration file cannot be read",
        "look at AWS_CONFIG_FILE, by default ~/.aws/config",
    ),
    (
        ConfigNotFound,
        "aws-config-unreadable",
        "the AWS configuration file is not there",
        "look at AWS_CONFIG_FILE, by default ~/.aws/config",
    ),
    (BotoConnectionError, "aws-unreachable", "AWS cannot be reached", _NETWORK),
    (HTTPClientError, "aws-unreachable", "AWS cannot be reached", _NETWORK),
)
_NOT_FOUND = frozenset({"NoSuchEntity", "ResourceNotFoundException"})


def is_not_found(error: AwsError) -> bool:
    """Tell whether AWS said that there is no such thing."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _NOT_FOUND


def observation_error(error: AwsError, what: str, *, address: str = "aws") -> ObservationError:
    """Return our error for a failed read.

    Args:
        error: As botocore raised it.
        what: What was to be read, as an object: `cluster "prod"`.
        address: Where the user asked for it.
    """
    return ObservationError([aws_problem(error, f"cannot read {what}", address)])


def apply_error(error: AwsError, doing: str, *, address: str = "aws") -> ApplyError:
    """Return our error for a failed write.

    Args:
        error: As botocore raised it.
        doing: What could not be done: `cannot associate dev/app`.
        address: Where the user asked for it.
    """
    return ApplyError([aws_problem(error, doing, address)])


def aws_problem(error: AwsError, fault: str, address: str) -> Problem:
    """Return what a botocore error means for the user."""
    if isinstance(error, ClientError):
        return _from_answer(error, fault, address)
    return _from_client(error, fault, address)


def _from_answer(error: ClientError, fault: str, address: str) -> Problem:
    answer = error.response["Error"]
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "unknown")
    refusal = Refusal(
        error.operation_name, answer.get("Code", ""), answer.get("Message", ""), request
    )
    return refusal.problem(fault, address)


def _from_client(error: BotoCoreError, fault: str, address: str) -> Problem:
    text = " ".join(str(error).split())
    for kind, id_, cause, remedy in _LOCAL_FAULTS:
        if isinstance(error, kind):
            return Problem(id_, address, f"{fault}: {cause}", observed=(text,), help=(remedy,))
    return Problem("aws-client-error", address, f"{fault}: boto3 gives up", observed=(text,))
