"""The nearest known word to a misspelt one."""

import difflib
from collections.abc import Iterable

_CUTOFF = 0.75  # roleArn and rolARN find roleARN; nodes does not find nodeGroups
_LONGEST = 100  # comparing costs the product of the lengths


def nearest_of(word: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest, case aside, or nothing if none is near."""
    by_lower = {each.lower(): each for each in sorted(known)}
    near = difflib.get_close_matches(word[:_LONGEST].lower(), by_lower, n=1, cutoff=_CUTOFF)
    return by_lower[near[0]] if near else ""
