"""One caller asked about: whether a policy lets in this service account of this cluster.

In: a reach, and what is known of the caller by the names of unknowns. Out: an answer; what is not
given may be whatever lets the caller in.
"""

from collections.abc import Mapping

from eks_pod_identity.access.classes import bits_of
from eks_pod_identity.access.diagram import IN, OUT
from eks_pod_identity.access.reach import Answer, Reach
from eks_pod_identity.access.space import Order
from eks_pod_identity.access.unknown import Unknown

YES = "yes"
"""The value of a flag that is set; None is that of one that is not, and of an absent value."""


def admits(reach: Reach, known: Mapping[str, str | None]) -> Answer:
    """Tell whether a caller gets in.

    Args:
        reach: What the policy lets in.
        known: Values by names of unknowns, such as "namespace".
    """
    if reach.too_large:
        return Answer.TOO_LARGE
    if not all(_is_legal(each, known) for each in reach.calls.space.unknowns.values()):
        return Answer.NO
    ends = _Asked(reach, known)
    if not ends.may(reach.node, sure=False):
        return Answer.NO
    return Answer.YES if ends.may(reach.node, sure=True) else Answer.DEPENDS


def _is_legal(unknown: Unknown, known: Mapping[str, str | None]) -> bool:
    value = known.get(unknown.name)
    return value is None or unknown.domain is None or unknown.may_be(value)


class _Asked:
    def __init__(self, reach: Reach, known: Mapping[str, str | None]) -> None:
        self._reach = reach
        self._known = known
        self._same = {
            flag.rank: known[left.name] == known[right.name]
            for flag, left, right in reach.calls.space.facts()
            if left.name in known and right.name in known
        }

    def may(self, node: int, *, sure: bool) -> bool:
        """Tell whether some way leads in; for sure, whatever is true of what is not known."""
        if node in (IN, OUT):
            return node == IN
        rank, branches = self._reach.diagram.nodes[node]
        wanted = self._bits(self._reach.diagram.unknown(rank))
        if wanted is not None:
            classes = self._reach.diagram.classes(rank)
            at = next(at for at, each in enumerate(classes) if each.bits == wanted)
            return self.may(branches[at], sure=sure)
        children = (self.may(each, sure=sure) for each in dict.fromkeys(branches))
        return all(children) if sure and rank >= Order.UNTOLD else any(children)

    def _bits(self, unknown: Unknown) -> int | None:
        if unknown.rank in self._same:
            return int(self._same[unknown.rank])
        if unknown.name not in self._known or unknown.line is not None:
            return None
        value = self._known[unknown.name]
        if value is None or unknown.domain is None:
            return int(value is not None)
        return bits_of(unknown, value)
