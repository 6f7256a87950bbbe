"""A token bucket: so many calls a second, with some at once after a quiet time."""

from eks_pod_identity_emulator.clock import Clock


class RateLimit:
    """Lets calls pass, or not; used from one thread."""

    def __init__(self, per_second: float, burst: int, clock: Clock) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._seen = clock.monotonic()

    def take(self) -> bool:
        """Say whether one more call may pass now."""
        now = self._clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
