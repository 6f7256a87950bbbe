"""How CloudFormation tells that a service refused a resource."""

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.response import new_request_id

# https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
_HANDLER_CODES = {
    "DeleteConflict": "ResourceConflict",
    "EntityAlreadyExists": "AlreadyExists",
    "LimitExceeded": "ServiceLimitExceeded",
    "NoSuchEntity": "NotFound",
    "ResourceInUseException": "AlreadyExists",
    "ResourceLimitExceededException": "ServiceLimitExceeded",
    "ResourceNotFoundException": "NotFound",
}


class ResourceRefusedError(ValueError):
    """The status reason of a resource that a service refused."""

    def __init__(self, service: str, error: ApiError) -> None:
        handler_code = _HANDLER_CODES.get(error.code, "InvalidRequest")
        super().__init__(
            f'Resource handler returned message: "{error.message} (Service: {service}, Status '
            f'Code: {error.status}, Request ID: {new_request_id()})" (HandlerErrorCode: '
            f"{handler_code})"
        )
