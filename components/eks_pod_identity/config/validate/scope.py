"""Where a rule looks: the path of what it judges, and how it tells a problem of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.errors import Problem


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the file that a rule judges.

    Attributes:
        places: Looks up addresses and positions.
        path: The part.
        faulty: Paths that the model lacks because of faults already told; rules that complain of
            an absence ask for them, so that no fault is told twice.
        partition: That of the file's region, for the ARNs that help lines write.
    """

    places: Places
    path: Path = ()
    faulty: frozenset[Path] = frozenset()
    partition: str = "aws"

    def at(self, *parts: str | int) -> "Scope":
        """Return the scope of something below."""
        return replace(self, path=(*self.path, *parts))

    def is_faulty(self, *keys: str) -> bool:
        """Tell whether a fault of one of these keys, or of anything below it, is already told."""
        wanted = [(*self.path, key) for key in keys]
        return any(path[: len(each)] == each for path in self.faulty for each in wanted)

    @property
    def address(self) -> str:
        """The path in the user's spelling."""
        return self.places.address(self.path)

    def problem(
        self,
        fault: Fault,
        message: str,
        *,
        keys: Iterable[str] = (),
        others: Iterable[Path] = (),
        help: Iterable[str] = (),  # noqa: A002 - the word that the report prints
    ) -> Problem:
        """Return a problem of this part.

        Args:
            fault: Which.
            message: What is wrong, with the values.
            keys: Keys of this part that are at odds; their positions are shown instead of its own.
            others: Other parts that are at odds with it; their positions are shown too.
            help: What to type, one entry per way out.
        """
        below = [(*self.path, key) for key in keys]
        places = self.places.places(*(below or [self.path]), *others)
        return Problem(
            fault.id,
            self.address,
            message,
            severity=fault.severity,
            places=places,
            help=tuple(help),
        )
