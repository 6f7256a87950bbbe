"""What the agent hands out, and how asking for it fails."""

from dataclasses import dataclass
from datetime import datetime

from eks_pod_identity_emulator.json_value import Json

_FINAL = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidTokenException",
        "ResourceNotFoundException",
    }
)
_FIRST_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class PodCredentials:
    """Credentials as EKS Auth gave them."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    account: str
    expires: datetime

    def document(self) -> Json:
        """Return what the SDKs read.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
        """
        return {
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "Token": self.session_token,
            "AccountId": self.account,
            "Expiration": self.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class AgentError(Exception):
    """A request that the agent answers with a line of text.

    Attributes:
        status: HTTP status.
        text: The line.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class EksAuthError(AgentError):
    """EKS Auth refused or failed.

    Attributes:
        final: Whether it would do so again; the agent then forgets the credentials that it has.
    """

    def __init__(self, code: str, message: str, status: int, request_id: str) -> None:
        fault = "server" if status >= _FIRST_SERVER_FAULT else "client"
        super().__init__(status, f"[{request_id}]: ({code}): {message}, fault: {fault}")
        self.final = code in _FINAL
