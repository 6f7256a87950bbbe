"""Who signed a request and for what: the credential scope of AWS's signatures.

Signatures are not verified; the scope alone says access key, region and service.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from dataclasses import dataclass

from eks_pod_identity_emulator.http.request import Request

_HEADER = re.compile(r"AWS4-[A-Z0-9-]+ Credential=([^\s,]+)")
_SCOPE = re.compile(r"(?P<key>.+)/\d{8}/(?:(?P<region>[^/]*)/)?(?P<service>[^/]+)/aws4_request")
_GLOBAL_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class SigningScope:
    """Access key, region and service that a request is signed with; and its session token."""

    access_key: str
    region: str
    service: str
    session_token: str = ""


def read_scope(request: Request) -> SigningScope | None:
    """Return the scope of a signed or presigned request, None of an unsigned one."""
    header = _HEADER.match(request.headers.get("authorization", ""))
    presigned = request.query.get("X-Amz-Credential", ("",))[0]
    scope = _SCOPE.fullmatch(header.group(1) if header else presigned)
    if scope is None:
        return None
    return SigningScope(
        access_key=scope["key"],
        region=scope["region"] or _signed_region(request),
        service=scope["service"],
        session_token=_session_token(request),
    )


def _session_token(request: Request) -> str:
    presigned = request.query.get("X-Amz-Security-Token", ("",))[0]
    return request.headers.get("x-amz-security-token", presigned)


def _signed_region(request: Request) -> str:
    """Return the region of SigV4A, whose scope has none: a header names a set of them."""
    first = request.headers.get("x-amz-region-set", "").split(",")[0].strip()
    return first if first and "*" not in first else _GLOBAL_REGION
