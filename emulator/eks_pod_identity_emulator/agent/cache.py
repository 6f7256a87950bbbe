"""The agent's memory: credentials by token, renewed after three hours at most.

Renewal is due at `refresh_at`; a failure that may pass keeps the old credentials and is tried again
a minute or two later, a final one forgets them. The agent renews in the background, once a minute;
here the next request that finds them due does it, so that nothing runs on its own.
https://github.com/aws/eks-pod-identity-agent/blob/v0.1.37/internal/credsretriever/refreshing_cache.go
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eks_pod_identity_emulator.agent.credentials import AgentError, EksAuthError, PodCredentials
from eks_pod_identity_emulator.agent.rate import RateLimit
from eks_pod_identity_emulator.clock import Clock

_CAPACITY = 2_000
_RENEWAL = timedelta(hours=3)
_SHORTEST = timedelta(seconds=15)
_RETRY_SECONDS = (60.0, 120.0)
_RENEWALS_PER_SECOND = 3

Fetch = Callable[[str], Awaitable[PodCredentials]]


@dataclass(frozen=True, slots=True)
class _Entry:
    credentials: PodCredentials
    refresh_at: datetime


class CredentialCache:
    """Credentials of one cluster's pods."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        """Begin empty.

        Args:
            fetch: Asks EKS Auth with a token.
            clock: The time.
        """
        self._fetch = fetch
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._under_way: dict[str, asyncio.Lock] = {}
        self._renewals = RateLimit(_RENEWALS_PER_SECOND, _RENEWALS_PER_SECOND, clock)

    async def get(self, token: str) -> PodCredentials:
        """Return credentials for a token; requests with the same one wait for each other.

        Raises:
            AgentError: EKS Auth refuses, or what it gives ends at once.
        """
        lock = self._under_way.setdefault(token, asyncio.Lock())
        try:
            async with lock:
                return await self._get(token)
        finally:
            if not lock.locked():
                self._under_way.pop(token, None)

    async def _get(self, token: str) -> PodCredentials:
        entry = self._entries.get(token)
        if entry is None or self._left(entry.credentials) <= _SHORTEST:
            self._entries.pop(token, None)
            return await self._fetch_and_keep(token)
        self._entries.move_to_end(token)
        if self._clock.now() >= entry.refresh_at:
            return await self._renewed(token, entry)
        return entry.credentials

    async def _renewed(self, token: str, entry: _Entry) -> PodCredentials:
        if self._renewals.take():
            try:
                return await self._fetch_and_keep(token)
            except EksAuthError as error:
                if error.final:
                    del self._entries[token]
                    raise
        later = timedelta(seconds=random.uniform(*_RETRY_SECONDS))  # noqa: S311 - spreads load, guards nothing
        self._keep(token, entry.credentials, later)
        return entry.credentials

    async def _fetch_and_keep(self, token: str) -> PodCredentials:
        credentials = await self._fetch(token)
        left = self._left(credentials)
        if left <= _SHORTEST:
            seconds = f"{left.total_seconds():.2f}"
            text = "fetched credentials are expired or will expire within the next"
            raise AgentError(500, f"{text} {seconds} seconds")
        self._keep(token, credentials, _RENEWAL)
        return credentials

    def _keep(self, token: str, credentials: PodCredentials, renewal: timedelta) -> None:
        refresh_at = self._clock.now() + min(renewal, self._left(credentials))
        self._entries[token] = _Entry(credentials, refresh_at)
        self._entries.move_to_end(token)
        if len(self._entries) > _CAPACITY:
            self._entries.popitem(last=False)

    def _left(self, credentials: PodCredentials) -> timedelta:
        return credentials.expires - self._clock.now()
