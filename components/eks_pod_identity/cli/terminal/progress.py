"""Progress of long reads, for people: on standard error, and only if that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as ProgressBars

from eks_pod_identity.aws.parallel import Progress, no_progress


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Give what a reader tells its progress to; the bars are wiped when it is done."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    columns = (TextColumn("reading {task.description}"), BarColumn(), MofNCompleteColumn())
    with ProgressBars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell
