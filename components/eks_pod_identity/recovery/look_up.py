"""What was looked up for candidates, by the URNs of their resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_pod_identity.recovery.identity import Found


@dataclass(frozen=True, slots=True)
class LookUp:
    """Answers for some candidates.

    Attributes:
        found: What exists; a candidate that stands in neither does not.
        failed: Why it cannot be told of a candidate.
    """

    found: Mapping[str, Found] = field(default_factory=dict, hash=False)
    failed: Mapping[str, str] = field(default_factory=dict, hash=False)


def merged(*parts: LookUp) -> LookUp:
    """Return all answers as one."""
    return LookUp(
        found={urn: found for part in parts for urn, found in part.found.items()},
        failed={urn: why for part in parts for urn, why in part.failed.items()},
    )
