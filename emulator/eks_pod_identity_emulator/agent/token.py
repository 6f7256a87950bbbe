"""What the agent itself looks at in a pod's token: form and times, never the signature.

The agent parses without verifying, and leaves the rest to EKS Auth; so does this. The sentences are
those of golang-jwt, which it uses.
https://github.com/aws/eks-pod-identity-agent/blob/v0.1.37/internal/validation/request.go
"""

import base64
import json
import re
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.agent.credentials import AgentError

_PARTS = 3
_BAD_REQUEST = 400
_ALGORITHMS = frozenset(
    {f"{family}{size}" for family in ("ES", "HS", "PS", "RS") for size in (256, 384, 512)}
    | {"EdDSA", "none"}
)
_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def check_token(token: str, now: datetime) -> None:
    """Refuse what is no token, or one that has ended.

    Raises:
        AgentError: In the agent's words.
    """
    if not token:
        raise AgentError(_BAD_REQUEST, "Service account token cannot be empty")
    claims = _claims(token)
    expires, begins = claims.get("exp"), claims.get("nbf")
    fault = ""
    if isinstance(expires, int | float) and now.timestamp() >= expires:
        fault = "token is expired"
    elif isinstance(begins, int | float) and now.timestamp() < begins:
        fault = "token is not valid yet"
    if fault:
        text = f"Service account token failed basic claim validations: {fault}"
        raise AgentError(_BAD_REQUEST, text)


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise _unparsed("token is malformed: token contains an invalid number of segments")
    header, claims = _decoded(parts[0], "header"), _decoded(parts[1], "claim")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise _unparsed("token is unverifiable: signing method (alg) is unspecified")
    if algorithm not in _ALGORITHMS:
        raise _unparsed("token is unverifiable: signing method (alg) is unavailable")
    return claims


def _decoded(part: str, name: str) -> dict[str, Any]:
    """Return what a part of a token says, unverified."""
    found = _ALPHABET.match(part)
    legal = found.end() if found else 0
    if legal < len(part) or len(part) % 4 == 1:
        at = legal if legal < len(part) else len(part) - 1
        why = f"illegal base64 data at input byte {at}"
        raise _unparsed(f"token is malformed: could not base64 decode {name}: {why}")
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError as error:
        raise _unparsed(f"token is malformed: could not JSON decode {name}: {error}") from error
    if not isinstance(value, dict):
        raise _unparsed(f"token is malformed: could not JSON decode {name}: not an object")
    return value


def _unparsed(why: str) -> AgentError:
    return AgentError(_BAD_REQUEST, f"Service account token cannot be parsed: {why}")
