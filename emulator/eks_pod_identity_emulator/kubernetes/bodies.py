"""Reads the bodies of Kubernetes requests: objects, patches, options; JSON, YAML or protobuf."""

import json

from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.address import Address
from eks_pod_identity_emulator.kubernetes.apply import MEDIA_TYPE as APPLY_MEDIA_TYPE
from eks_pod_identity_emulator.kubernetes.patch import (
    json_patch,
    merge_patch,
    strategic_merge_patch,
)
from eks_pod_identity_emulator.kubernetes.protobuf import MEDIA_TYPE, read_protobuf
from eks_pod_identity_emulator.kubernetes.refusals import StatusError, bad_request
from eks_pod_identity_emulator.kubernetes.store import Object
from eks_pod_identity_emulator.kubernetes.validation import check_shape
from eks_pod_identity_emulator.yaml_text import parse_yaml

_YAML = (APPLY_MEDIA_TYPE, "application/yaml", "application/x-yaml", "text/yaml")
_PATCHES = {
    "application/json-patch+json": json_patch,
    "application/merge-patch+json": merge_patch,
    "application/strategic-merge-patch+json": strategic_merge_patch,
}


def content_type(request: Request) -> str:
    """Return a body's media type without its parameters."""
    return request.headers.get("content-type", "application/json").partition(";")[0].strip()


def read_body(request: Request) -> Json:
    """Return a body's value.

    Raises:
        StatusError: The media type is not understood, or the body is not of it.
    """
    media = content_type(request)
    if media == MEDIA_TYPE:
        return read_protobuf(request.body)
    if media not in (*_YAML, *_PATCHES, "application/json"):
        supported = ", ".join(("application/json", "application/yaml", *_PATCHES))
        message = (
            "the body of the request was in an unknown format - accepted media types include: "
            f"{supported}"
        )
        raise StatusError(415, "UnsupportedMediaType", message)
    try:
        if media in _YAML:
            return parse_yaml(request.body.decode())
        return json.loads(request.body)
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from error


def read_object(request: Request, address: Address) -> Object:
    """Return the object that a request carries, with the names that its path gives.

    Raises:
        StatusError: It is no such object, or its names are others than the path's.
    """
    value = read_body(request)
    check_shape(address.kind, value)
    metadata = dict(value.get("metadata") or {})
    for name, given in (("namespace", address.namespace), ("name", address.name)):
        if not given:
            continue
        if metadata.get(name, given) != given:
            raise bad_request(
                f"the {name} of the provided object does not match the {name} sent on the request"
            )
        metadata[name] = given
    return {**value, "metadata": metadata}


def read_patched(request: Request, address: Address, observed: Object) -> Object:
    """Return an object after the patch that a request carries.

    Raises:
        StatusError: The patch cannot be read or applied.
    """
    patched: Object = patched_value(request, observed)
    check_shape(address.kind, patched)
    metadata = patched.get("metadata") or {}
    names = ("namespace", "name")
    if any(metadata.get(name) != observed["metadata"].get(name) for name in names):
        raise bad_request("the name of an object cannot be changed")
    return patched


def patched_value(request: Request, observed: Object) -> Json:
    """Return a value after the patch that a request carries.

    Raises:
        StatusError: The patch cannot be read or applied.
    """
    apply = _PATCHES.get(content_type(request))
    if apply is None:
        supported = ", ".join(_PATCHES)
        message = f"the emulator takes patches of these media types: {supported}"
        raise StatusError(415, "UnsupportedMediaType", message)
    return apply(observed, read_body(request))
