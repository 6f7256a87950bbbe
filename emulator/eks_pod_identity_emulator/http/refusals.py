"""Puts a refused call on the wire: every protocol of AWS has an error envelope of its own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.encode import xml_response
from eks_pod_identity_emulator.http.response import Response, json_response

# The faults that every service knows have older names in the older protocols.
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_QUERY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AccessDeniedException": "AccessDenied",
        "ExpiredTokenException": "ExpiredToken",
        "MissingAuthenticationTokenException": "MissingAuthenticationToken",
        "UnknownOperationException": "InvalidAction",
        "UnrecognizedClientException": "InvalidClientTokenId",
    }
)
_S3_NAMES: Mapping[str, str] = MappingProxyType(
    {**_QUERY_NAMES, "UnrecognizedClientException": "InvalidAccessKeyId"}
)
_FIRST_SERVER_FAULT = 500


def encode_error(protocol: str, error: ApiError, request_id: str) -> Response:
    """Return the answer to a refused call of a service that speaks this protocol."""
    return _ENVELOPES[protocol](error, request_id)


def _rest_json(error: ApiError, request_id: str) -> Response:
    headers = (("x-amzn-RequestId", request_id), ("x-amzn-ErrorType", error.code))
    return json_response(error.status, {**error.fields, "message": error.message}, headers=headers)


def _json(error: ApiError, request_id: str) -> Response:
    return json_response(
        error.status,
        {"__type": error.code, "message": error.message},
        content_type="application/x-amz-json-1.1",
        headers=(("x-amzn-RequestId", request_id),),
    )


def _query(error: ApiError, request_id: str) -> Response:
    side = "Sender" if error.status < _FIRST_SERVER_FAULT else "Receiver"
    text = (
        f"<ErrorResponse><Error><Type>{side}</Type>{_code_and_message(error, _QUERY_NAMES)}"
        f"</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return xml_response(error.status, text, request_id)


def _ec2(error: ApiError, request_id: str) -> Response:
    text = (
        f"<Response><Errors><Error>{_code_and_message(error, _QUERY_NAMES)}</Error></Errors>"
        f"<RequestID>{request_id}</RequestID></Response>"
    )
    return xml_response(error.status, text, request_id)


def _rest_xml(error: ApiError, request_id: str) -> Response:
    text = (
        f"<Error>{_code_and_message(error, _S3_NAMES)}<RequestId>{request_id}</RequestId></Error>"
    )
    return xml_response(error.status, text, request_id)


def _code_and_message(error: ApiError, names: Mapping[str, str]) -> str:
    code = names.get(error.code, error.code)
    return f"<Code>{escape(code)}</Code><Message>{escape(error.message)}</Message>"


_ENVELOPES: Mapping[str, Callable[[ApiError, str], Response]] = MappingProxyType(
    {"ec2": _ec2, "json": _json, "query": _query, "rest-json": _rest_json, "rest-xml": _rest_xml}
)
