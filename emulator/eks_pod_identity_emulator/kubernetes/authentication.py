"""Who asks, as far as an EKS cluster looks: a token of EKS's own form is held to what it must be.

In: an Authorization header and the cluster's account. Out: nothing, or the 401 of an API server.
Other tokens, and none at all, are anybody's. As everywhere here, signatures are not verified, so
it cannot be told for which cluster a token was signed, only that it was signed for one.
https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.kubernetes.refusals import StatusError

_BEARER = "Bearer "
_PREFIX = "k8s-aws-v1."
_CLUSTER_HEADER = "x-k8s-aws-id"
_LIFETIME = timedelta(minutes=15)  # aws-iam-authenticator: presignedURLExpiration
_LONGEST_EXPIRY = 900


class Accounts(Protocol):
    """Knows whose access key a key is."""

    def account_of(self, access_key: str) -> str:
        """Return the account, or raise ApiError for credentials that are not valid."""
        ...


class TokenReview:
    """Looks at tokens."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def check(self, authorization: str, account: str, now: datetime) -> None:
        """Let a caller pass, or not.

        Args:
            authorization: The header; empty if there is none.
            account: The account of the cluster.
            now: The time.

        Raises:
            StatusError: EKS would not know the caller.
        """
        token = authorization.removeprefix(_BEARER)
        if token.startswith(_PREFIX) and not self._is_good(token, account, now):
            raise unauthorized()

    def _is_good(self, token: str, account: str, now: datetime) -> bool:
        try:
            query = _signed_query(token.removeprefix(_PREFIX))
            key = query["X-Amz-Credential"].split("/")[0]
            return _is_fresh(query, now) and self._accounts.account_of(key) == account
        except (ValueError, KeyError, ApiError):
            return False


def _signed_query(encoded: str) -> Mapping[str, str]:
    """Return the query of the presigned call that a token is.

    Raises:
        ValueError: It is no call of GetCallerIdentity that was signed for a cluster.
    """
    url = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    given = parse_qs(urlsplit(url.decode("ascii")).query, strict_parsing=True)
    query = {name: values[0] for name, values in given.items()}
    if query.get("Action") != "GetCallerIdentity":
        raise ValueError("another action")
    if _CLUSTER_HEADER not in query.get("X-Amz-SignedHeaders", "").split(";"):
        raise ValueError("good for any cluster")
    return query


def _is_fresh(query: Mapping[str, str], now: datetime) -> bool:
    signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    expires = int(query["X-Amz-Expires"])
    return 0 <= expires <= _LONGEST_EXPIRY and abs(now - signed) <= _LIFETIME


def unauthorized() -> StatusError:
    """Return the refusal of a caller who is not known."""
    return StatusError(401, "Unauthorized", "Unauthorized")
