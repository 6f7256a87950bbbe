"""A service account's token: whom it speaks for, and how it fails to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """An object that a token names; another one of the same name has another uid."""

    name: str
    uid: str

    def claim(self) -> dict[str, str]:
        """Return the claim that names the object."""
        return {"name": self.name, "uid": self.uid}


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says.

    Attributes:
        namespace: Kubernetes namespace.
        service_account: The account that it speaks for.
        pod: The pod that it is bound to, None if to none.
        not_before: From when it is valid.
        expires: When it ends.
    """

    namespace: str
    service_account: Identity
    pod: Identity | None
    not_before: datetime
    expires: datetime


class TokenError(Exception):
    """A token that is not valid; the text says why."""


class ExpiredTokenError(TokenError):
    """A token that was valid once.

    Attributes:
        expires: When it ended.
    """

    def __init__(self, expires: datetime) -> None:
        super().__init__(f"it expired at {expires:%Y-%m-%dT%H:%M:%SZ}")
        self.expires = expires


class BoundObjectGoneError(TokenError):
    """A token with a pod or service account that is gone, or replaced by another of that name."""


def claims_of(payload: Mapping[str, Any]) -> TokenClaims:
    """Return what a token's verified payload says.

    Raises:
        TokenError: It is not the payload of a service account's token.
    """
    try:
        private = payload["kubernetes.io"]
        namespace, pod = private["namespace"], private.get("pod")
        account = _identity(private["serviceaccount"])
        claims = TokenClaims(
            namespace=namespace,
            service_account=account,
            pod=_identity(pod) if pod else None,
            not_before=datetime.fromtimestamp(payload["nbf"], UTC),
            expires=datetime.fromtimestamp(payload["exp"], UTC),
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise TokenError(f"it is no service account's token: {error!r}") from error
    if payload.get("sub") != f"system:serviceaccount:{namespace}:{account.name}":
        raise TokenError("its subject is not its service account")
    return claims


def _identity(claim: Mapping[str, str]) -> Identity:
    return Identity(claim["name"], claim["uid"])
