"""Waits until associations have arrived where pods are admitted."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from eks_pod_identity.kubernetes.access import Access, UnreadableError
from eks_pod_identity.kubernetes.admission import AdmissionProbe
from eks_pod_identity.names import ServiceAccountRef

PASSES = 5
"""So many asks in a row must see an association; each may meet another API server."""

_PAUSE_SECONDS = 1.0
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of waiting for one service account.

    Attributes:
        account: The service account.
        settled: Whether the asks in a row saw its association in time.
        seconds: How long it took, or how long was waited.
        obstacle: Why it could not be asked, None if it could.
    """

    account: ServiceAccountRef
    settled: bool
    seconds: float
    obstacle: str | None = None


def wait_until_settled(
    access: Callable[[], Access], accounts: Iterable[ServiceAccountRef], timeout: float
) -> Iterator[Settlement]:
    """Wait for several service accounts at once; yield what came of each, in their order.

    Args:
        access: Gives the way to the cluster, with a token that is still good.
        accounts: The service accounts, each with an association.
        timeout: How many seconds at most.
    """
    deadline = time.monotonic() + timeout
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda account: _wait(access, account, deadline), accounts)


def _wait(access: Callable[[], Access], account: ServiceAccountRef, deadline: float) -> Settlement:
    start = time.monotonic()
    probe = AdmissionProbe(access, account)
    passes = 0
    try:
        while passes < PASSES:
            passes = passes + 1 if probe.sees_association() else 0
            if not passes:
                if time.monotonic() >= deadline:
                    return Settlement(account, settled=False, seconds=time.monotonic() - start)
                time.sleep(_PAUSE_SECONDS)
    except UnreadableError as error:
        return Settlement(
            account, settled=False, seconds=time.monotonic() - start, obstacle=str(error)
        )
    return Settlement(account, settled=True, seconds=time.monotonic() - start)
