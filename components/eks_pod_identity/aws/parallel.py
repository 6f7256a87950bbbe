"""Many calls at once, with what was done so far told to whoever waits."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

# More clients at once only meet EKS's throttling earlier: describe calls have a bucket per account.
MAX_PARALLEL_CALLS = 16

_Thing = TypeVar("_Thing")
_Answer = TypeVar("_Answer")


class Progress(Protocol):
    """Is told how far a long read has come; called from the reading thread only."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note that `done` of `total` things are read."""


def no_progress(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def read_each(
    things: Sequence[_Thing],
    read: Callable[[_Thing], _Answer],
    what: str,
    progress: Progress = no_progress,
) -> list[_Answer]:
    """Return what each read gave, in the order of the things.

    The first error ends it: reads that have not begun are not made.

    Args:
        things: What to read.
        read: Makes the calls for one thing; is run in several threads.
        what: The things' noun in the plural, for the progress.
        progress: Who is told.
    """
    answers = []
    with ThreadPoolExecutor(MAX_PARALLEL_CALLS, thread_name_prefix="aws-read") as pool:
        futures = [pool.submit(read, thing) for thing in things]
        try:
            for future in futures:
                answers.append(future.result())
                progress(what, len(answers), len(things))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return answers
