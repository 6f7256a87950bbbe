"""How the planner tells a problem: at a path of the file, with what AWS has beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.errors import FaultKind, Problem

NOWHERE = Places()
"""The places of a file that came from Python: none."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes problems of a file.

    Attributes:
        places: Looks up addresses and positions in the file.
    """

    places: Places = NOWHERE

    def problem(  # noqa: PLR0913 - a problem has this many parts
        self,
        fault: FaultKind,
        path: Path,
        message: str,
        *,
        others: Iterable[Path] = (),
        observed: Iterable[str] = (),
        help: Iterable[str] = (),  # noqa: A002 - the word that the report prints
    ) -> Problem:
        """Return a problem.

        Args:
            fault: Which.
            path: The part of the file that it is about.
            message: What is wrong, with the values.
            others: Other parts that are at odds with it; their positions are shown too.
            observed: What AWS has, one line each.
            help: What to type, one entry per way out.
        """
        return Problem(
            fault.id,
            self.places.address(path),
            message,
            severity=fault.severity,
            places=self.places.places(path, *others),
            observed=tuple(observed),
            help=tuple(help),
        )
