"""Kleene's three-valued logic: yes, no, and what cannot be known."""

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def truth_of(fact: bool) -> Truth:  # noqa: FBT001 - its one argument is what it converts
    """Return YES or NO."""
    return Truth.YES if fact else Truth.NO


def negate(truth: Truth) -> Truth:
    """Return the opposite; unknown stays unknown."""
    if truth is Truth.UNKNOWN:
        return truth
    return truth_of(truth is Truth.NO)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return YES if one holds, NO if all fail; stops at the first that holds."""
    result = Truth.NO
    for truth in truths:
        if truth is Truth.YES:
            return truth
        if truth is Truth.UNKNOWN:
            result = truth
    return result


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return YES if all hold, NO if one fails; stops at the first that fails."""
    result = Truth.YES
    for truth in truths:
        if truth is Truth.NO:
            return truth
        if truth is Truth.UNKNOWN:
            result = truth
    return result
