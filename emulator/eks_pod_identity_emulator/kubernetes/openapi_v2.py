"""The OpenAPI document of version 2, which kubectl up to 1.28 reads before it applies anything.

It comes as protobuf (openapiv2.Document of github.com/google/gnostic-models) and names no schemas,
so that kubectl leaves the checking of fields to the server and merges by what it knows itself.
"""

from eks_pod_identity_emulator.http.response import Response

PATH = "openapi/v2"

_MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_SWAGGER, _INFO, _PATHS, _DEFINITIONS = 1, 2, 8, 9
_TITLE, _VERSION = 1, 2
_BYTES = 2


def openapi_v2(version: str) -> Response:
    """Return the document of a cluster of a Kubernetes version, such as 1.28."""
    info = _field(_TITLE, b"Kubernetes") + _field(_VERSION, f"v{version}.0".encode())
    body = _field(_SWAGGER, b"2.0") + _field(_INFO, info)
    body += _field(_PATHS, b"") + _field(_DEFINITIONS, b"")
    headers = (("content-type", _MEDIA_TYPE), ("content-length", str(len(body))))
    return Response(200, headers, body)


def _field(number: int, value: bytes) -> bytes:
    """Return a field of bytes; all of them here are shorter than 128."""
    return bytes(((number << 3) | _BYTES, len(value))) + value
