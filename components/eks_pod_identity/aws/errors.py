"""AWS's errors in our words: what was asked, the likely cause, what to do, AWS's own text.

One table maps AWS's codes; what is not in it is told with AWS's code alone.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from eks_pod_identity.errors import ObservationError, Problem

_CREDENTIALS = (
    "sign in (aws sso login, or export AWS_PROFILE); aws sts get-caller-identity shows who you are"
)
_LOCAL_FAULTS: tuple[tuple[type[BotoCoreError], str, str, str], ...] = (
    (NoCredentialsError, "aws-credentials-missing", "no AWS credentials were found", _CREDENTIALS),
    (
        PartialCredentialsError,
        "aws-credentials-missing",
        "AWS credentials are incomplete",
        _CREDENTIALS,
    ),
    (TokenRetrievalError, "aws-credentials-expired", "the AWS sign-in has expired", _CREDENTIALS),
    (
        UnauthorizedSSOTokenError,
        "aws-credentials-expired",
        "the AWS sign-in has expired",
        _CREDENTIALS,
    ),
    (
        ProfileNotFound,
        "aws-profile-unknown",
        "the AWS profile does not exist",
        "aws configure list-profiles shows those that do",
    ),
    (NoRegionError, "aws-region-missing", "no AWS region is set", "export AWS_REGION=eu-west-1"),
    (
        EndpointConnectionError,
        "aws-unreachable",
        "AWS cannot be reached",
        "look at the network, at AWS_ENDPOINT_URL and at the region's name",
    ),
)
_CODES: dict[str, tuple[str, str, str]] = {
    "ExpiredTokenException": (
        "aws-credentials-expired",
        "the AWS session has expired",
        _CREDENTIALS,
    ),
    "ExpiredToken": ("aws-credentials-expired", "the AWS session has expired", _CREDENTIALS),
    "UnrecognizedClientException": (
        "aws-credentials-refused",
        "AWS does not know these credentials",
        _CREDENTIALS,
    ),
    "InvalidClientTokenId": (
        "aws-credentials-refused",
        "AWS does not know these credentials",
        _CREDENTIALS,
    ),
    "AccessDeniedException": (
        "aws-access-denied",
        "AWS denies the call",
        "give the caller the action that AWS names below",
    ),
    "AccessDenied": (
        "aws-access-denied",
        "AWS denies the call",
        "give the caller the action that AWS names below",
    ),
    "ThrottlingException": ("aws-throttled", "AWS throttles the calls", "run it again in a minute"),
    "Throttling": ("aws-throttled", "AWS throttles the calls", "run it again in a minute"),
}


def observation_error(error: ClientError | BotoCoreError, what: str) -> ObservationError:
    """Return our error for a failed read.

    Args:
        error: As botocore raised it.
        what: What was to be read, as an object: `cluster "prod"`.
    """
    if isinstance(error, ClientError):
        return ObservationError([_from_answer(error, what)])
    return ObservationError([_from_client(error, what)])


def _from_answer(error: ClientError, what: str) -> Problem:
    answer = error.response["Error"]
    code = answer["Code"]
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "unknown")
    id_, cause, remedy = _CODES.get(code, ("aws-refused", "AWS refuses the call", ""))
    return Problem(
        id=id_,
        address="aws",
        message=f"cannot read {what}: {cause}",
        observed=(
            (
                f"{error.operation_name} answered {code}: {answer.get('Message', '')} "
                f"(request {request})"
            ),
        ),
        help=(remedy,) if remedy else (),
    )


def _from_client(error: BotoCoreError, what: str) -> Problem:
    for kind, id_, cause, remedy in _LOCAL_FAULTS:
        if isinstance(error, kind):
            return Problem(id_, "aws", f"cannot read {what}: {cause}", help=(remedy,))
    return Problem("aws-unreachable", "aws", f"cannot read {what}: {error}")
