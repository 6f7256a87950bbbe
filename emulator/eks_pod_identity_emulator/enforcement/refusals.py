"""A refused call in the words of its service."""

from collections.abc import Mapping
from types import MappingProxyType

from eks_pod_identity_emulator.authorization import Decision, Request, refusal_message
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.models import wire_protocol

_DENIED = "AccessDeniedException"
# https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html, and of EC2
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_CODES: Mapping[str, str] = MappingProxyType(
    {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError", "sqs": "AccessDenied"}
)
_JSON_STATUS = 400
_OTHER_STATUS = 403


def refused(call: ApiCall, request: Request, decision: Decision, shown: str | None) -> ApiError:
    """Return the error of a call that IAM does not allow."""
    message = refusal_message(request, decision, resource=shown)
    if call.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    code = _CODES.get(call.service, _DENIED)
    by_json = wire_protocol(call.service) == "json" and call.service != "sqs"
    return ApiError(code, message, status=_JSON_STATUS if by_json else _OTHER_STATUS)
