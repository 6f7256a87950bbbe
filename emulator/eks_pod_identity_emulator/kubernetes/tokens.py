"""Issues and verifies the tokens of one cluster's service accounts.

A token is signed with the cluster's own key, names the account and the pod that it is bound to, and
dies with either. Only RS256 is accepted, whatever a token says of itself.
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.kinds import POD, SERVICE_ACCOUNT, TOKEN_REQUEST, Kind
from eks_pod_identity_emulator.kubernetes.service_account_token import (
    BoundObjectGoneError,
    ExpiredTokenError,
    Identity,
    TokenClaims,
    TokenError,
    claims_of,
)
from eks_pod_identity_emulator.kubernetes.signing_key import ALGORITHM, SigningKey
from eks_pod_identity_emulator.kubernetes.store import Object, ObjectStore
from eks_pod_identity_emulator.kubernetes.token_request import (
    TokenRequest,
    read_token_request,
)

_LONGEST_SECONDS = (
    86_400  # EKS's: https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
)
_REQUIRED = ("exp", "iat", "nbf", "iss", "aud", "sub")
_NODE_SPACE = uuid.UUID("5b1c2a51-6a4e-4c39-9d5f-0f6f6d8f1c11")


class ServiceAccountTokens:
    """The issuer of one cluster."""

    def __init__(self, issuer: str, objects: ObjectStore, clock: Clock) -> None:
        self.issuer = issuer
        self._objects = objects
        self._clock = clock
        self._key = SigningKey()

    def issue(self, namespace: str, name: str, body: Json) -> dict[str, Any]:
        """Return a TokenRequest with its token.

        Raises:
            StatusError: There is no such account, or the API server would refuse the request.
        """
        account = self._objects.get(SERVICE_ACCOUNT, namespace, name)
        request = read_token_request(body, namespace, name, self._objects)
        seconds = min(request.seconds, _LONGEST_SECONDS)
        now = self._clock.now()
        expires = now + timedelta(seconds=seconds)
        claims = {
            **_claims(namespace, account, request),
            "iss": self.issuer,
            "jti": str(uuid.uuid4()),
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(expires.timestamp()),
        }
        return {
            "kind": TOKEN_REQUEST.name,
            "apiVersion": TOKEN_REQUEST.api_version,
            "metadata": {
                "name": name,
                "namespace": namespace,
                "creationTimestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            "spec": {
                "audiences": list(request.audiences),
                "expirationSeconds": seconds,
                "boundObjectRef": request.bound,
            },
            "status": {
                "token": self._key.sign(claims),
                "expirationTimestamp": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }

    def verify(self, token: str, audience: str) -> TokenClaims:
        """Return what a token says, if it holds.

        Raises:
            ExpiredTokenError: It held once.
            BoundObjectGoneError: Its pod or its account is gone.
            TokenError: It never held here: form, signature, issuer, audience or claims.
        """
        claims = claims_of(self._payload(token, audience))
        now = self._clock.now()
        if now >= claims.expires:
            raise ExpiredTokenError(claims.expires)
        if now < claims.not_before:
            raise TokenError(f"it is not valid before {claims.not_before:%Y-%m-%dT%H:%M:%SZ}")
        self._require(SERVICE_ACCOUNT, claims.namespace, claims.service_account)
        if claims.pod is not None:
            self._require(POD, claims.namespace, claims.pod)
        return claims

    def _payload(self, token: str, audience: str) -> Mapping[str, Any]:
        """Return a token's payload; the times are held to the emulator's clock, not to PyJWT's."""
        try:
            payload: dict[str, Any] = jwt.decode(
                token,
                self._key.public,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=self.issuer,
                options={
                    "require": list(_REQUIRED),
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenError(f"{type(error).__name__}: {error}") from error
        return payload

    def _require(self, kind: Kind, namespace: str, wanted: Identity) -> None:
        found = self._objects.find(kind, namespace, wanted.name)
        if found is None or found["metadata"]["uid"] != wanted.uid:
            what = f"{kind.name} {namespace}/{wanted.name}"
            raise BoundObjectGoneError(f"{what} with uid {wanted.uid} does not exist")

    def discovery_document(self, key_set_address: str) -> dict[str, Any]:
        """Return the OpenID Connect discovery document, as the issuer publishes it."""
        return {
            "issuer": self.issuer,
            "jwks_uri": key_set_address,
            "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "claims_supported": ["sub", "iss"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }

    def key_set(self) -> dict[str, Any]:
        """Return the JSON Web Key Set."""
        return self._key.key_set()


def _claims(namespace: str, account: Object, request: TokenRequest) -> dict[str, Any]:
    identity = _identity(account)
    private: dict[str, Any] = {"namespace": namespace, "serviceaccount": identity.claim()}
    if request.pod is not None:
        node = request.pod["spec"]["nodeName"]
        private["node"] = Identity(node, str(uuid.uuid5(_NODE_SPACE, node))).claim()
        private["pod"] = _identity(request.pod).claim()
    return {
        "aud": list(request.audiences),
        "sub": f"system:serviceaccount:{namespace}:{identity.name}",
        "kubernetes.io": private,
    }


def _identity(value: Object) -> Identity:
    return Identity(value["metadata"]["name"], value["metadata"]["uid"])
