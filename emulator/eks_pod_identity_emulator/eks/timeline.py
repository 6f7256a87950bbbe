"""What will have happened by a given time: transitions are settled when somebody looks.

Nothing runs in the background, so a test moves the clock instead of sleeping.
"""

import heapq
from collections.abc import Callable
from itertools import count


class Timeline:
    """Actions that fall due, earliest first; among equals, first planned first."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def plan(self, when: float, action: Callable[[], None]) -> None:
        """Have an action done once the time has come."""
        heapq.heappush(self._due, (when, next(self._order), action))

    def settle(self, now: float) -> None:
        """Do what is due; actions planned meanwhile and due already are done too."""
        while self._due and self._due[0][0] <= now:
            _, _, action = heapq.heappop(self._due)
            action()
