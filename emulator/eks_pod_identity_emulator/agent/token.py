"""What the agent itself looks at in a pod's token: form and times, never the signature.

https://github.com/aws/eks-pod-identity-agent/blob/v0.1.37/internal/validation/request.go
"""

from datetime import datetime
from typing import Any

import jwt

from eks_pod_identity_emulator.agent.credentials import AgentError

_PARTS = 3
_BAD_REQUEST = 400


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
    if token.count(".") != _PARTS - 1:
        raise _malformed("token contains an invalid number of segments")
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise _malformed(str(error)) from error
    return claims


def _malformed(why: str) -> AgentError:
    text = f"Service account token cannot be parsed: token is malformed: {why}"
    return AgentError(_BAD_REQUEST, text)
