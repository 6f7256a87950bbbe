"""The OpenAPI document that old clients read, as protobuf."""

from eks_pod_identity_emulator.kubernetes.openapi_v2 import openapi_v2


def test_document_is_protobuf_of_the_clusters_version() -> None:
    """Fields 1, 2, 8 and 9 of openapiv2.Document: swagger, info, paths, definitions."""
    answer = openapi_v2("1.28")

    info = b"\x0a\x0aKubernetes\x12\x07v1.28.0"
    assert answer.body == b"\x0a\x032.0\x12" + bytes([len(info)]) + info + b"\x42\x00\x4a\x00"
    assert dict(answer.headers)["content-type"].startswith("application/com.github.proto-openapi")
