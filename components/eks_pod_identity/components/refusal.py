"""How components tell problems: all at once, without a traceback, before anything is made.

Arguments are refused where they are given. What hooks find in a preview is gathered, for each sees
one resource only, and told when the program has ended.
"""

from collections.abc import Iterable
from contextvars import Context
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from eks_pod_identity.errors import (
    PodIdentityError,
    Problem,
    Severity,
    render_problems,
    sorted_problems,
)


class RefusedError(PodIdentityError, pulumi.RunError):
    """A component refuses its arguments; Pulumi prints the report and no traceback."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raise if any problem is an error; else print the warnings and go on.

    Raises:
        RefusedError: With all problems, warnings too.
    """
    if found := errors_among(problems):
        if preview := findings_of_preview():
            preview.note(found)
        raise RefusedError(found)


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return all problems if any is an error; else print the warnings and return nothing."""
    found = sorted_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in found):
        return found
    for problem in found:
        pulumi.warn(str(problem))
    return ()


class PreviewFindings:
    """What is found while a program is previewed, and the error that tells it in the end."""

    def __init__(self) -> None:
        self._error = _FoundError()
        self._is_to_fail = False

    def note(self, problems: Iterable[Problem]) -> None:
        """Have these in the report, if the program is to fail; by itself this fails nothing."""
        self._error.add(problems)

    def fail(self, problems: Iterable[Problem], program: Context) -> None:
        """Let the program go on, and fail at its end.

        Args:
            problems: Why.
            program: The context of the program: Pulumi waits for outputs that are made in it.
        """
        self.note(problems)
        if not self._is_to_fail:
            self._is_to_fail = True
            program.run(pulumi.Output.from_input(None).apply, self._raise)

    def _raise(self, _: None) -> None:
        raise self._error


class _FoundError(RefusedError):
    """Raised by the first finding, printed after the last."""

    def __init__(self) -> None:
        super().__init__(())

    def add(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted_problems((*self.problems, *problems))

    def __str__(self) -> str:
        return render_problems(self.problems)


_findings: WeakKeyDictionary[pulumi.Resource, PreviewFindings] = WeakKeyDictionary()


def findings_of_preview() -> PreviewFindings | None:
    """Return what gathers the findings of this program's preview.

    None in an update, where the first finding must stop the run, and in a plugin, whose part of
    the program ends before its hooks are asked.
    """
    stack = get_root_resource()
    if stack is None or not pulumi.runtime.is_dry_run():
        return None
    return _findings.setdefault(stack, PreviewFindings())
