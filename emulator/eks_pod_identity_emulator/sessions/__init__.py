"""Sessions of roles: temporary credentials, what they stand for, and the store of all issued."""

from eks_pod_identity_emulator.sessions.identity import Identity, Keys, Signer
from eks_pod_identity_emulator.sessions.session import Assumption, Session
from eks_pod_identity_emulator.sessions.store import ACCESS_KEY_PREFIX, Sessions, invalid_token

__all__ = [
    "ACCESS_KEY_PREFIX",
    "Assumption",
    "Identity",
    "Keys",
    "Session",
    "Sessions",
    "Signer",
    "invalid_token",
]
