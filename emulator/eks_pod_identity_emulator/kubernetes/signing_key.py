"""The key of one cluster that signs its service accounts' tokens: RS256, and nothing else.

https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"
_BITS = 2_048
_EXPONENT = 65_537


class SigningKey:
    """An RSA key pair, made when it is first asked for: that takes a tenth of a second."""

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)

    @cached_property
    def public(self) -> rsa.RSAPublicKey:
        """The public half."""
        return self._private.public_key()

    @cached_property
    def id(self) -> str:
        """The key's id, as the API server works it out: a hash of the public key in DER."""
        der = self.public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a token with these claims."""
        return jwt.encode(dict(claims), self._private, ALGORITHM, headers={"kid": self.id})

    def key_set(self) -> dict[str, Any]:
        """Return the JSON Web Key Set that the issuer publishes."""
        key = RSAAlgorithm.to_jwk(self.public, as_dict=True)
        public = {name: key[name] for name in ("kty", "n", "e")}
        return {"keys": [{"use": "sig", "kid": self.id, "alg": ALGORITHM, **public}]}
