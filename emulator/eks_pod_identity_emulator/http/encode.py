"""Puts a service's answer on the wire, by the operation's output shape and protocol."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from eks_pod_identity_emulator.http.response import Response, json_response
from eks_pod_identity_emulator.json_value import Json

QUERY_CONTENT_TYPE = "text/xml"


def encode_json(operation: OperationModel, answer: Mapping[str, Any], request_id: str) -> Response:
    """Return the answer of a REST-JSON operation; times are seconds since 1970."""
    body = {} if operation.output_shape is None else _json(operation.output_shape, answer)
    status = operation.http.get("responseCode", 200)
    return json_response(status, body, headers=(("x-amzn-RequestId", request_id),))


def _json(shape: Shape, value: Json) -> Json:
    if isinstance(shape, StructureShape):
        return {
            shape.members[name].serialization.get("name", name): _json(shape.members[name], item)
            for name, item in value.items()
            if item is not None
        }
    if isinstance(shape, ListShape):
        return [_json(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: _json(shape.value, item) for key, item in value.items()}
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def encode_query(operation: OperationModel, answer: Mapping[str, Any], request_id: str) -> Response:
    """Return the answer of a query operation: XML in the service's namespace."""
    name, shape = operation.name, operation.output_shape
    result = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
        result = f"<{wrapper}>{_xml_members(shape, answer)}</{wrapper}>"
    text = (
        f'<{name}Response xmlns="{operation.metadata["xmlNamespace"]}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        f"</{name}Response>"
    )
    return xml_response(200, text, request_id)


def xml_response(status: int, text: str, request_id: str) -> Response:
    """Return an answer with an XML body."""
    body = text.encode()
    headers = (
        ("content-type", QUERY_CONTENT_TYPE),
        ("content-length", str(len(body))),
        ("x-amzn-RequestId", request_id),
    )
    return Response(status, headers, body)


def _xml_members(shape: StructureShape, value: Mapping[str, Any]) -> str:
    members = ((name, item) for name, item in value.items() if item is not None)
    return "".join(_xml(shape.members[name], name, item) for name, item in members)


def _xml(shape: Shape, name: str, value: Json) -> str:
    tag = shape.serialization.get("name", name)
    if isinstance(shape, StructureShape):
        return f"<{tag}>{_xml_members(shape, value)}</{tag}>"
    if isinstance(shape, ListShape):
        items = "".join(_xml(shape.member, "member", item) for item in value)
        return f"<{tag}>{items}</{tag}>"
    return f"<{tag}>{escape(_xml_text(value))}</{tag}>"


def _xml_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
