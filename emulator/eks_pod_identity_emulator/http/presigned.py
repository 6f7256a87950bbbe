"""Presigned addresses of S3: whoever has one acts as the one who signed it, until it ends.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from eks_pod_identity_emulator.authorization import Context
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.request import Request

_MARK = "X-Amz-Signature"
_REQUIRED = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    _MARK,
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
# Of the signature, or signed over an empty body, which the sender replaces: no headers of the call.
_SIGNING = frozenset(
    {*(name.lower() for name in _REQUIRED), "x-amz-security-token", "x-amz-content-sha256"}
)
_CHECKSUM, _ALGORITHM = "x-amz-checksum-", "x-amz-checksum-algorithm"
_LONGEST = 604_800
_EARLY = timedelta(minutes=15)


def check_presigned(request: Request, now: datetime) -> None:
    """Refuse a presigned address that is incomplete, too long-lived, of tomorrow or over.

    Raises:
        ApiError: In S3's words.
    """
    if _MARK not in request.query:
        return
    given = {name: request.query.get(name, ("",))[0] for name in _REQUIRED}
    if not all(given.values()):
        needed = ", ".join(_REQUIRED[:-1])
        raise _faulty(
            f"Query-string authentication version 4 requires the {needed}, and "
            f"{_REQUIRED[-1]} parameters."
        )
    signed_at, seconds = _time(given["X-Amz-Date"]), _seconds(given["X-Amz-Expires"])
    if signed_at > now + _EARLY:
        raise ApiError("AccessDenied", "Request is not yet valid", status=403)
    if now > signed_at + timedelta(seconds=seconds):
        raise ApiError("AccessDenied", "Request has expired", status=403)


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        form = "yyyyMMdd'T'HHmmss'Z'"
        raise _faulty(f'X-Amz-Date must be in the ISO8601 Long Format "{form}"') from error


def _seconds(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise _faulty("X-Amz-Expires should be a number")
    if text.startswith("-"):
        raise _faulty("X-Amz-Expires must be non-negative")
    if int(text) > _LONGEST:
        raise _faulty(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
            f"must be less than {_LONGEST} seconds"
        )
    return int(text)


def _faulty(message: str) -> ApiError:
    return ApiError("AuthorizationQueryParametersError", message)


def signing_context(request: Request, now: datetime) -> Context:
    """Return what S3's policies see of a signature that `check_presigned` has found good.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    version = {"s3:signatureversion": ("AWS4-HMAC-SHA256",)}
    if _MARK not in request.query:
        return {**version, "s3:authtype": ("REST-HEADER",)}
    age = now - _time(request.query["X-Amz-Date"][0])
    milliseconds = str(max(0, int(age.total_seconds() * 1000)))
    return {**version, "s3:authtype": ("REST-QUERY-STRING",), "s3:signatureage": (milliseconds,)}


def signed_by_version_2() -> ApiError:
    """Return S3's refusal of addresses of the old kind, which new buckets never took.

    https://aws.amazon.com/blogs/aws/amazon-s3-update-sigv2-deprecation-period-extended-modified/
    """
    message = (
        "The authorization mechanism you have provided is not supported. "
        "Please use AWS4-HMAC-SHA256."
    )
    return ApiError("InvalidRequest", message)


def header_signed(request: Request) -> Request:
    """Return a presigned request as if it were signed in its headers; any other as it is.

    What was to be headers and went into the address (metadata, ACL, tags) becomes headers.
    """
    if _MARK not in request.query:
        return request
    kept = [
        (name, value)
        for name, values in request.query.items()
        for value in values
        if not name.lower().startswith("x-amz-")
    ]
    query = urlencode(kept, quote_via=quote)
    added = dict(_headers(request))
    raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in added.items()]
    scope = {
        **request.scope,
        "headers": [*request.scope["headers"], *raw],
        "query_string": query.encode("latin-1"),
    }
    return replace(request, headers={**request.headers, **added}, query_string=query, scope=scope)


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    credential = request.query["X-Amz-Credential"][0]
    signed = request.query["X-Amz-SignedHeaders"][0]
    signature = request.query[_MARK][0]
    yield (
        "authorization",
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}",
    )
    for name, values in request.query.items():
        lower = name.lower()
        is_checksum = lower.startswith(_CHECKSUM) and lower != _ALGORITHM
        is_header = lower.startswith("x-amz-") and lower not in _SIGNING and not is_checksum
        if is_header and lower not in request.headers:
            yield lower, values[0]
