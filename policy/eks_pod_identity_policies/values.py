"""Plain values of properties, and the one that stands for what a preview cannot know."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias


class Unknown(Enum):
    """A value that is not known yet."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Sealed:
    """A secret, or a value not known yet, that a remediation hands on without a look at it.

    Attributes:
        value: What the SDK calls it.
    """

    value: Any


Plain: TypeAlias = Any  # dict, list, scalar or UNKNOWN, all the way down


def has_unknown(value: Plain) -> bool:
    """Tell whether anything in a value is not known."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return isinstance(value, Unknown | Sealed)


def texts(value: Plain) -> tuple[str, ...]:
    """Return the texts of a list, or of a single text; whatever else there is, is left out."""
    values = value if isinstance(value, list) else [value]
    return tuple(each for each in values if isinstance(each, str))


def objects(value: Plain) -> tuple[dict[str, Plain], ...]:
    """Return the objects of a list; whatever else there is, is left out."""
    return (
        tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
    )
