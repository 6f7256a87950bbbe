"""The events of all accounts and regions, which show some time after they happened."""

from collections import deque
from datetime import timedelta
from threading import Lock

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.cloudtrail.record import Event, event_of_call, event_of_seed
from eks_pod_identity_emulator.http.calls import Call
from eks_pod_identity_emulator.seed import Seed

_CAPACITY = 50_000
# What a trail has as data events only, which the event history never shows.
_DATA_SERVICES = frozenset({"kubernetes", "dynamodb", "sqs", "sns"})
_DATA_OPERATIONS = frozenset({"DeleteObject", "GetObject", "HeadObject", "PutObject"})


class EventHistory:
    """Takes calls down as management events."""

    def __init__(self, seed: Seed, clock: Clock, delay_seconds: float) -> None:
        """Begin with the events of a seed, which show at once.

        Args:
            seed: What happened before.
            clock: The time.
            delay_seconds: How long until an event shows; AWS needs up to 15 minutes.
        """
        self._clock = clock
        self._delay = timedelta(seconds=delay_seconds)
        self._lock = Lock()
        self._past = [
            event_of_seed(account.id, region.name, event)
            for account in seed.accounts
            for region in account.regions
            for event in region.events
        ]
        self._events: deque[Event] = deque(maxlen=_CAPACITY)

    def add(self, call: Call) -> None:
        """Take down one call, if it is a management event of an account."""
        data = call.service in _DATA_SERVICES or call.operation in _DATA_OPERATIONS
        if call.account and not data:
            with self._lock:
                self._events.append(event_of_call(call))

    def shown(self, account: str, region: str) -> list[Event]:
        """Return the events of an account's region that show by now, newest first."""
        until = self._clock.now() - self._delay
        with self._lock:
            found = [*self._past, *(event for event in self._events if event.time <= until)]
        mine = [event for event in found if (event.account, event.region) == (account, region)]
        return sorted(mine, key=lambda event: event.time, reverse=True)
