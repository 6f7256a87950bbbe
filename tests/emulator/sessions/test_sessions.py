"""The store of issued sessions."""

from datetime import UTC, datetime, timedelta

import pytest

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.sessions import Assumption, Session, Sessions

_START = datetime(2026, 11, 30, 16, tzinfo=UTC)


class _Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return _START + self.passed

    def monotonic(self) -> float:
        return self.passed.total_seconds()


@pytest.fixture
def clock() -> _Clock:
    """A clock that starts in the afternoon."""
    return _Clock()


@pytest.fixture
def sessions(clock: _Clock) -> Sessions:
    """A store without any session."""
    return Sessions(clock)


def _issue(sessions: Sessions, seconds: int = 900, **more: object) -> Session:
    role = "arn:aws:iam::111122223333:role/path/app"
    return sessions.issue(
        Assumption(role, "AROAEXAMPLE", "one", seconds, "sts:AssumeRole", **more)  # type: ignore[arg-type] # each test's own
    )


def test_session_is_found_by_key_and_token(sessions: Sessions) -> None:
    """A session has the ARN of its role without the path, and ends when it was said to."""
    issued = _issue(sessions)

    found = sessions.find(issued.access_key_id, issued.session_token)

    assert found == issued
    assert found.principal.name == "arn:aws:sts::111122223333:assumed-role/app/one"
    assert found.user_id == "AROAEXAMPLE:one"
    assert found.expires_at == _START + timedelta(minutes=15)


def test_no_two_sessions_have_the_same_credentials(sessions: Sessions) -> None:
    """Keys, secrets and tokens are random."""
    issued = [_issue(sessions) for _ in range(100)]

    assert len({each.access_key_id for each in issued}) == 100
    assert len({each.secret_access_key for each in issued}) == 100
    assert len({each.session_token for each in issued}) == 100


def test_key_from_elsewhere_is_not_found(sessions: Sessions) -> None:
    """A key that was not issued here is no session."""
    assert sessions.find("ASIAEXAMPLEEXAMPLE12", "any") is None


@pytest.mark.parametrize("token", ["", "{}x", "x{}", "{}{}"])
def test_other_token_is_refused(sessions: Sessions, token: str) -> None:
    """The key alone is not enough, nor is it with another token."""
    issued = _issue(sessions)

    with pytest.raises(ApiError, match="UnrecognizedClientException"):
        sessions.find(issued.access_key_id, token.replace("{}", issued.session_token))


def test_session_ends(sessions: Sessions, clock: _Clock) -> None:
    """A session works to its last second, is expired after it, and forgotten a day later."""
    issued = _issue(sessions)
    clock.passed = timedelta(seconds=899)
    assert sessions.find(issued.access_key_id, issued.session_token)

    clock.passed = timedelta(seconds=900)
    with pytest.raises(ApiError, match="ExpiredTokenException"):
        sessions.find(issued.access_key_id, issued.session_token)

    clock.passed = timedelta(days=2)
    later = _issue(sessions)
    assert sessions.find(issued.access_key_id, issued.session_token) is None
    assert sessions.find(later.access_key_id, later.session_token)


def test_only_transitive_tags_are_inherited(sessions: Sessions) -> None:
    """Keys of tags ignore case."""
    tags = {"kubernetes-namespace": "shop", "Stage": "dev", "cost": "1"}

    issued = _issue(
        sessions, tags=tags, transitive_keys=frozenset({"kubernetes-namespace", "stage"})
    )

    assert issued.inherited_tags == {"kubernetes-namespace": "shop", "Stage": "dev"}
