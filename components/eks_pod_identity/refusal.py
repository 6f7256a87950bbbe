"""How components tell problems: all at once, without a traceback, before anything is made."""

from collections.abc import Iterable

import pulumi

from eks_pod_identity.errors import PodIdentityError, Problem, Severity, sorted_problems


class RefusedError(PodIdentityError, pulumi.RunError):
    """A component refuses its arguments; Pulumi prints the report and no traceback."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raise if any problem is an error; else print the warnings and go on.

    Raises:
        RefusedError: With all problems, warnings too.
    """
    found = sorted_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in found):
        raise RefusedError(found)
    for problem in found:
        pulumi.warn(str(problem))
