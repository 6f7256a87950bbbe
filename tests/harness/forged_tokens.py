"""Tokens that somebody has tampered with, each in one way."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization

_NONE = {"alg": "none", "typ": "JWT"}


def forged(token: str, kind: str, key_set: Mapping[str, Any]) -> str:
    """Return a good token, made bad.

    Args:
        token: The good one.
        kind: How, by a name in this module's table.
        key_set: The issuer's published keys.
    """
    return _FORGERIES[kind](token, key_set)


def _signature_bit(token: str, _: Mapping[str, Any]) -> str:
    header, payload, signature = token.split(".")
    return f"{header}.{payload}.{_flipped(signature)}"


def _payload_bit(token: str, _: Mapping[str, Any]) -> str:
    header, payload, signature = token.split(".")
    return f"{header}.{_flipped(payload)}.{signature}"


def _other_claims(token: str, _: Mapping[str, Any]) -> str:
    header, _payload, signature = token.split(".")
    changed = {**_claims(token), "sub": "system:serviceaccount:kube-system:admin"}
    return f"{header}.{_encoded(changed)}.{signature}"


def _unsigned(token: str, _: Mapping[str, Any]) -> str:
    return f"{_encoded(_NONE)}.{token.split('.')[1]}."


def _unsigned_with_signature(token: str, _: Mapping[str, Any]) -> str:
    _header, payload, signature = token.split(".")
    return f"{_encoded(_NONE)}.{payload}.{signature}"


def _hmac_of_public_key(token: str, key_set: Mapping[str, Any]) -> str:
    """Return a token signed with HMAC, its secret being the public key that everybody has."""
    key = jwt.PyJWK.from_dict(key_set["keys"][0]).key
    pem = serialization.Encoding.PEM
    secret = key.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(_claims(token))}"
    return f"{signed}.{_base64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


_FORGERIES: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = MappingProxyType(
    {
        "hmac-of-public-key": _hmac_of_public_key,
        "other-claims": _other_claims,
        "payload-bit": _payload_bit,
        "signature-bit": _signature_bit,
        "unsigned": _unsigned,
        "unsigned-with-signature": _unsigned_with_signature,
    }
)


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _flipped(part: str) -> str:
    """Return a part of a token with one bit of its content turned."""
    content = bytearray(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    content[len(content) // 2] ^= 1
    return _base64(bytes(content))


def _encoded(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
