"""Decodes parameters of the REST protocols: path, query string, headers and body.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html and aws-restxml-protocol.html.
"""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.scalars import decode_scalar
from eks_pod_identity_emulator.json_value import Json


def decode_rest(
    operation: OperationModel, labels: Mapping[str, str], request: Request
) -> dict[str, Any]:
    """Return a request's parameters by the member names of the operation's input shape.

    Raises:
        ApiError: The body is no JSON object.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    params: dict[str, Any] = {}
    for name, member in shape.members.items():
        found = _outside_body(name, member, labels, request)
        if found is not None:
            params[name] = found
    return params | _body(operation, shape, request)


def _outside_body(
    name: str, member: Shape, labels: Mapping[str, str], request: Request
) -> Json | None:
    place = member.serialization.get("location")
    wire_name = member.serialization.get("name", name)
    if place == "uri":
        return labels.get(wire_name)
    if place == "header":
        text = request.headers.get(wire_name.lower())
        return None if text is None else decode_scalar(member, text)
    if place == "headers":
        prefix = wire_name.lower()
        headers = request.headers.items()
        return {key[len(prefix) :]: text for key, text in headers if key.startswith(prefix)} or None
    if place == "querystring" and wire_name in request.query:
        texts = request.query[wire_name]
        if isinstance(member, ListShape):
            return [decode_scalar(member.member, text) for text in texts]
        return decode_scalar(member, texts[0])
    return None


def _body(operation: OperationModel, shape: StructureShape, request: Request) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    if payload is None:
        return decode_json(shape, request.body) if _speaks_json(operation) else {}
    member = shape.members[payload]
    if not isinstance(member, StructureShape):
        return {payload: f"({len(request.body)} bytes)"} if request.body else {}
    if not request.body:
        return {}
    return {payload: decode_xml(member, request.body)}


def _speaks_json(operation: OperationModel) -> bool:
    return bool(operation.service_model.metadata["protocol"] == "rest-json")


def decode_json(shape: StructureShape, body: bytes) -> dict[str, Any]:
    """Return the members of a JSON body that the shape knows; null counts as absent.

    Raises:
        ApiError: The body is no JSON object.
    """
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("SerializationException", "The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise ApiError("SerializationException", "Start of structure or map expected.")
    found = _known(shape, value)
    return {name: member for name, member in found.items() if not _lives_outside(shape, name)}


def _lives_outside(shape: StructureShape, name: str) -> bool:
    return "location" in shape.members[name].serialization


def _known(shape: Shape, value: Json) -> Json:
    """Rename members from wire to model and drop unknown ones, as AWS's parsers do."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _known(member, value[wire])
            for name, member in shape.members.items()
            if value.get(wire := member.serialization.get("name", name)) is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_known(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _known(shape.value, item) for key, item in value.items() if item is not None}
    return value


def decode_xml(shape: StructureShape, body: bytes) -> Json:
    """Return an XML body by the names of its shape; text as it stands if it is no XML."""
    try:
        return _from_element(shape, ET.fromstring(body))  # noqa: S314 - loopback only, and expat refuses entity bombs
    except ET.ParseError:
        return body.decode("utf-8", errors="replace")


def _from_element(shape: Shape, element: ET.Element) -> Json:
    if isinstance(shape, StructureShape):
        return {
            name: found
            for name, member in shape.members.items()
            if (found := _from_children(name, member, element)) is not None
        }
    return decode_scalar(shape, element.text or "")


def _from_children(name: str, member: Shape, parent: ET.Element) -> Json | None:
    children = _named(parent, member.serialization.get("name", name))
    if not children:
        return None
    if not isinstance(member, ListShape):
        return _from_element(member, children[0])
    if not member.serialization.get("flattened"):
        children = _named(children[0], member.member.serialization.get("name", "member"))
    return [_from_element(member.member, child) for child in children]


def _named(parent: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in parent if child.tag.rpartition("}")[2] == name]
