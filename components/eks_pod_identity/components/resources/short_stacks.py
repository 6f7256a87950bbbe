"""Short stack traces in the state, for components that make hundreds of resources.

Pulumi's SDK notes the Python stack with each resource (`_get_stack_trace` in
pulumi/runtime/resource.py), and the engine writes the whole state at each step. Half of the frames
are those of Python's event loop, the same for every resource: without them the state of 40
associations has 434 kB instead of 542 kB (SDK 3.272).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# As far as the program's own line: the SDK's frames, then ours, then the program's.
_FRAMES = 16


@contextmanager
def short_stacks() -> Iterator[None]:
    """Let what looks at the stack see the nearest frames only, as long as the block lasts."""
    if hasattr(sys, "tracebacklimit"):  # the program has a mind of its own
        yield
        return
    sys.tracebacklimit = _FRAMES
    try:
        yield
    finally:
        del sys.tracebacklimit
