"""Whether a way through a diagram has a call at all: comparisons of two values may contradict it.

In: a way, by the classes of its unknowns. Out: a truth, on the wide side: two patterns are taken to
have a value in common.
"""

from collections.abc import Mapping, Sequence

from eks_pod_identity.access.classes import Class, bits_of
from eks_pod_identity.access.reach import Reach
from eks_pod_identity.access.unknown import Unknown


def is_feasible(reach: Reach, path: Mapping[int, Sequence[int]]) -> bool:
    """Tell whether the values of a way can be equal, or not, where it asks for that."""
    for flag, left, right in reach.calls.space.facts():
        if flag.rank in path:
            equal = path[flag.rank] == (0,)
            if not _is_possible(reach, path, left, right, equal=equal):
                return False
    return True


def _is_possible(
    reach: Reach,
    path: Mapping[int, Sequence[int]],
    left: Unknown,
    right: Unknown,
    *,
    equal: bool,
) -> bool:
    lefts, rights = _chosen(reach, path, left), _chosen(reach, path, right)
    if not equal:
        one = len(lefts) == len(rights) == 1 and lefts[0].only and rights[0].only
        return not one or lefts[0].witness != rights[0].witness
    return any(_may_be_equal(left, a, right, b) for a in lefts for b in rights)


def _chosen(reach: Reach, path: Mapping[int, Sequence[int]], unknown: Unknown) -> list[Class]:
    classes = reach.diagram.classes(unknown.rank)
    return [classes[at] for at in path.get(unknown.rank, range(len(classes)))]


def _may_be_equal(left: Unknown, a: Class, right: Unknown, b: Class) -> bool:
    if a.witness is None or b.witness is None:
        return False
    if a.only:
        return _is_of(right, b, a.witness)
    return _is_of(left, a, b.witness) if b.only else True


def _is_of(unknown: Unknown, of: Class, text: str) -> bool:
    """Tell whether a text is one of a class's values."""
    return unknown.may_be(text) and of.bits == bits_of(unknown, text)
