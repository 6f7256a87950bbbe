"""Threads of our own for hooks that wait, because Pulumi's may all wait for these hooks.

Pulumi's SDK registers each resource in a thread of the event loop's default executor, which has
few on a small machine; the thread waits until the engine has run the resource's hooks. Hooks that
asked for one of these threads (as `asyncio.to_thread` does) would never get one, and the run would
stand still.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

_T = TypeVar("_T")
# The engine runs as many hooks at once as it has resources under way.
_THREADS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="hook")


async def in_thread(work: Callable[[], _T]) -> _T:
    """Return what a function returns that may wait for AWS, while the program goes on."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREADS, copy_context().run, work)
