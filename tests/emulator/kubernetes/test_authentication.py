"""Tokens as EKS takes them: `k8s-aws-v1.` and a presigned call of sts:GetCallerIdentity."""

import base64
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.kubernetes.authentication import TokenReview
from eks_pod_identity_emulator.kubernetes.refusals import StatusError

_ACCOUNT = "111122223333"
_NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_GOOD = {
    "Action": "GetCallerIdentity",
    "Version": "2011-06-15",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": f"{_ACCOUNT}/20261121/eu-west-1/sts/aws4_request",
    "X-Amz-Date": "20261121T115800Z",
    "X-Amz-Expires": "60",
    "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
    "X-Amz-Signature": "00",
}


class _Accounts:
    """Keys are accounts, but for one that nobody knows."""

    def account_of(self, access_key: str) -> str:
        """Return the key."""
        if access_key == "ASIAUNKNOWN":
            raise ApiError("InvalidClientTokenId", "unknown", status=403)
        return access_key


def _bearer(query: dict[str, str]) -> str:
    url = f"https://sts.eu-west-1.amazonaws.com/?{urlencode(query)}"
    return "Bearer k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def _check(authorization: str) -> None:
    TokenReview(_Accounts()).check(authorization, _ACCOUNT, _NOW)


@pytest.mark.parametrize("header", ["", "Bearer emulator", "Basic dTpw", _bearer(_GOOD)])
def test_good_token_and_what_is_none_of_eks_pass(header: str) -> None:
    """Whoever does not claim to be signed in by AWS is let in, too."""
    _check(header)


@pytest.mark.parametrize(
    "change",
    [
        {"Action": "GetSessionToken"},
        {"X-Amz-SignedHeaders": "host"},
        {"X-Amz-Credential": "444455556666/20261121/eu-west-1/sts/aws4_request"},
        {"X-Amz-Credential": "ASIAUNKNOWN/20261121/eu-west-1/sts/aws4_request"},
        {"X-Amz-Date": "20261121T114000Z"},
        {"X-Amz-Date": "yesterday"},
        {"X-Amz-Expires": "3600"},
        {"X-Amz-Expires": ""},
    ],
)
def test_token_that_eks_would_not_take_is_refused(change: dict[str, str]) -> None:
    """For any cluster, of another account, too old, or for too long."""
    with pytest.raises(StatusError) as refused:
        _check(_bearer({**_GOOD, **change}))

    assert (refused.value.code, refused.value.reason) == (401, "Unauthorized")


@pytest.mark.parametrize("text", ["", "%%%", "bm90aGluZw"])
def test_token_that_is_no_url_is_refused(text: str) -> None:
    """Behind the prefix stands a URL in base64."""
    with pytest.raises(StatusError):
        _check(f"Bearer k8s-aws-v1.{text}")
