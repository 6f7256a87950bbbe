"""The sessions that the emulator has issued, by access key, until they expire."""

import base64
import heapq
import hmac
import secrets
import string
from datetime import datetime, timedelta
from threading import Lock

from eks_pod_identity_emulator.authorization import Principal
from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.sessions.session import Assumption, Session

ACCESS_KEY_PREFIX = "ASIA"
"""Of temporary credentials: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"""

_KEY_CHARACTERS = string.ascii_uppercase + "234567"
_SECRET_BYTES = 30
_TOKEN_BYTES = 192


class Sessions:
    """Issues sessions and finds them again; may be called from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._by_end: list[tuple[datetime, str]] = []
        self._lock = Lock()

    def issue(self, assumption: Assumption) -> Session:
        """Return credentials for a session; whether it may be issued is for others to say."""
        now = self._clock.now().replace(microsecond=0)
        session = Session(
            access_key_id=_new_access_key(),
            secret_access_key=_random_text(_SECRET_BYTES),
            session_token=_random_text(_TOKEN_BYTES),
            issued_at=now,
            expires_at=now + timedelta(seconds=assumption.seconds),
            principal=Principal.session(assumption.role_arn, assumption.session_name),
            assumption=assumption,
        )
        with self._lock:
            self._forget_expired(now)
            self._sessions[session.access_key_id] = session
            heapq.heappush(self._by_end, (session.expires_at, session.access_key_id))
        return session

    def find(self, access_key_id: str, session_token: str) -> Session | None:
        """Return the session of an access key, None if the key was not issued here.

        Raises:
            ApiError: The token is not the session's, or the session has expired.
        """
        session = self._sessions.get(access_key_id)
        if session is None:
            return None
        if not hmac.compare_digest(session.session_token.encode(), session_token.encode()):
            raise invalid_token()
        return self.of_key(access_key_id)

    def of_key(self, access_key_id: str) -> Session | None:
        """Return the session of an access key, None if the key was not issued here.

        Raises:
            ApiError: The session has expired.
        """
        session = self._sessions.get(access_key_id)
        if session and session.expires_at <= self._clock.now():
            message = "The security token included in the request is expired"
            raise ApiError("ExpiredTokenException", message, status=403)
        return session

    def now(self) -> datetime:
        """Return the time that sessions go by."""
        return self._clock.now()

    def _forget_expired(self, now: datetime) -> None:
        """Forget sessions a day after their end: until then they are refused as expired."""
        while self._by_end and self._by_end[0][0] + timedelta(days=1) <= now:
            _, access_key_id = heapq.heappop(self._by_end)
            del self._sessions[access_key_id]


def invalid_token() -> ApiError:
    """Return AWS's refusal of credentials that are not known."""
    message = "The security token included in the request is invalid."
    return ApiError("UnrecognizedClientException", message, status=403)


def _new_access_key() -> str:
    return ACCESS_KEY_PREFIX + "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(16))


def _random_text(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode("ascii")
