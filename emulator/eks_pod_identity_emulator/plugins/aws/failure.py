"""AWS's refusals, in the words in which the real provider passes them on.

    operation error IAM: CreateRole, https response error StatusCode: 409,
    RequestID: 1f0c..., EntityAlreadyExists: Role with name x already exists.

That is the text of the AWS SDK for Go, on which terraform-provider-aws stands. A code that the
operation's model does not list is preceded by "api error".
"""

from dataclasses import dataclass

from botocore.client import BaseClient
from botocore.exceptions import ClientError

# The retryable codes of the AWS SDK for Go:
# https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/standard.go
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT = frozenset({"RequestTimeout", "RequestTimeoutException"})
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS answered.

    Attributes:
        code: AWS's name of the fault, such as NoSuchEntity.
        message: AWS's sentence.
        status: HTTP status; 0 if no answer came at all.
        request_id: AWS's number of the request.
        modelled: Whether the operation's model lists the code.
    """

    code: str
    message: str
    status: int = 0
    request_id: str = ""
    modelled: bool = True

    @property
    def is_transient(self) -> bool:
        """Whether the SDK tries the same request again by itself."""
        return (
            self.code in _THROTTLED or self.code in _TRANSIENT or self.status in _TRANSIENT_STATUSES
        )


class AwsCallError(Exception):
    """An AWS call that was refused, or that reached nobody.

    Attributes:
        refusal: What AWS answered.
    """

    def __init__(self, service: str, operation: str, refusal: Refusal) -> None:
        super().__init__(_text(service, operation, refusal))
        self.refusal = refusal

    def is_code(self, *codes: str) -> bool:
        """Tell whether AWS named one of these faults."""
        return self.refusal.code in codes

    def says(self, code: str, words: str) -> bool:
        """Tell whether AWS named this fault with these words in its sentence."""
        return self.refusal.code == code and words in self.refusal.message


def read_refusal(client: BaseClient, operation: str, error: ClientError) -> Refusal:
    """Read AWS's answer from a botocore error."""
    answer = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code = str(answer.get("Code", ""))
    return Refusal(
        code=code,
        message=str(answer.get("Message", "")),
        status=int(metadata.get("HTTPStatusCode", 0)),
        request_id=str(metadata.get("RequestId", "")),
        modelled=code in _modelled_codes(client, operation),
    )


def _modelled_codes(client: BaseClient, operation: str) -> frozenset[str]:
    shapes = client.meta.service_model.operation_model(operation).error_shapes
    return frozenset(shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes)


def _text(service: str, operation: str, refusal: Refusal) -> str:
    if not refusal.status:
        return f"operation error {service}: {operation}, {refusal.message}"
    prefix = "" if refusal.modelled else "api error "
    return (
        f"operation error {service}: {operation}, https response error "
        f"StatusCode: {refusal.status}, RequestID: {refusal.request_id}, "
        f"{prefix}{refusal.code}: {refusal.message}"
    )
