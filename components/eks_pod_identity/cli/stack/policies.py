"""What a stack's state has on the roles of the stack, read by the Pulumi command line.

In: the programs that a file may be of, and a stack. Out: policies by role, or a note that says why
they are not known. Whoever plans without the state's backend at hand plans all the same.
"""

from contextlib import suppress
from pathlib import Path

from eks_pod_identity.aws.kubernetes import Notes
from eks_pod_identity.cli.stack.project_file import Programs
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.planning.ledger.record import StackRecord

_NOT_KNOWN = "which policies this stack put on its roles is not known:"


def read_stack_record(
    programs: Programs, stack: str | None, cluster: str
) -> tuple[StackRecord | None, Notes]:
    """Return what a stack's state says of the runs before, or None and why not.

    Args:
        programs: Those that the ClusterConfig may be of.
        stack: `project/stack`.
        cluster: The name of the cluster that is planned for.
    """
    if stack is None:
        return _selected(programs, cluster)
    folder = programs.folder_of(stack)
    if folder is None:
        where = f"the program of stack {stack} is not in the file's folder or above; give --cwd"
        return None, (f"{_NOT_KNOWN} {where}",)
    try:
        return StackRecord.of(_read(folder, stack), cluster), ()
    except ObservationError as error:
        return None, (f"{_NOT_KNOWN} {_in_words(error.problems[0])}",)


def _selected(programs: Programs, cluster: str) -> tuple[StackRecord | None, Notes]:
    """Return what the state of the nearest program's selected stack says."""
    folder = next(iter(programs.folders.values()), None)
    if folder is None:
        return None, (f"{_NOT_KNOWN} its program is not in the file's folder or above; give --cwd",)
    try:
        return StackRecord.of(StackState.from_export(Pulumi(folder).export()), cluster), ()
    except ObservationError as error:
        return None, (f"{_NOT_KNOWN} {_in_words(error.problems[0])}",)


def _read(folder: Path, stack: str) -> StackState:
    """Return a stack's state: by its name, or if that is of another organization, as selected."""
    try:
        return StackState.from_export(Pulumi(folder, stack.rpartition("/")[2]).export())
    except ObservationError:
        with suppress(ObservationError):
            selected = StackState.from_export(Pulumi(folder).export())
            if tag_value(selected.full_name) == stack:
                return selected
        raise


def _in_words(problem: Problem) -> str:
    return ": ".join((problem.message, *problem.observed[:1]))
