"""The emulated clusters as issuers of web identity tokens, for STS."""

from collections.abc import Mapping
from typing import Any

import jwt

from eks_pod_identity_emulator.eks import Caller, EksService
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.kubernetes.clusters import Clusters
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.kubernetes.service_account_token import (
    BoundObjectGoneError,
    ExpiredTokenError,
    TokenError,
)
from eks_pod_identity_emulator.kubernetes.tokens import ServiceAccountTokens
from eks_pod_identity_emulator.sts.web_identity import WebIdentity, invalid_token

_DISCOVERY, _KEYS = "/.well-known/openid-configuration", "/keys"
_NO_KEY = "Couldn't retrieve verification key from your identity provider"


class ClusterIssuers:
    """Verifies tokens with the keys of the cluster that says to have issued them."""

    def __init__(self, eks: EksService, clusters: Clusters) -> None:
        self._eks = eks
        self._clusters = clusters

    def verify(self, token: str) -> WebIdentity:
        """Return what a token says.

        STS looks at signature and times only, so a token is good until it expires, whatever
        became of its pod.

        Raises:
            ApiError: InvalidIdentityToken or ExpiredTokenException.
        """
        claims = _unverified(token)
        issuer, audiences = str(claims.get("iss", "")), _audiences(claims)
        tokens = self._tokens(issuer)
        if tokens is None or not audiences:
            raise invalid_token(_NO_KEY)
        try:
            tokens.verify(token, audiences[0])
        except ExpiredTokenError as error:
            message = f"Token expired: {error}"
            raise ApiError("ExpiredTokenException", message, status=400) from error
        except BoundObjectGoneError:
            pass
        except TokenError as error:
            raise invalid_token("The ID Token provided is not a valid JWT.") from error
        return WebIdentity(issuer, str(claims["sub"]), audiences)

    def document(self, address: str) -> Mapping[str, Any] | None:
        """Return what an issuer publishes at an address, None if there is nothing.

        https://docs.aws.amazon.com/eks/latest/userguide/irsa-fetch-keys.html

        Args:
            address: An issuer's without `https://`, and behind it a path of OpenID Connect's
                discovery: `/.well-known/openid-configuration`, or `/keys`.
        """
        for path in (_DISCOVERY, _KEYS):
            if address.endswith(path):
                tokens = self._tokens(f"https://{address.removesuffix(path)}")
                if tokens is None:
                    return None
                document = tokens.discovery_document(f"{tokens.issuer}{_KEYS}")
                return document if path == _DISCOVERY else tokens.key_set()
        return None

    def _tokens(self, issuer: str) -> ServiceAccountTokens | None:
        for view in self._eks.clusters():
            caller = Caller(view.caller.account, view.caller.region)
            try:
                _, tokens = self._clusters.tokens(caller, view.name)
            except StatusError:
                continue
            if tokens.issuer == issuer:
                return tokens
        return None


def _unverified(token: str) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise invalid_token("The ID Token provided is not a valid JWT.") from error
    return claims


def _audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    given = claims.get("aud", ())
    return (given,) if isinstance(given, str) else tuple(map(str, given))
