"""A way in under masks: whether calls of certain values get in, and one of them.

In: a reach, and which classes of each unknown are looked at. Out: an answer, and a sample call.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.diagram import IN, OUT
from eks_pod_identity.access.reach import Answer, Reach
from eks_pod_identity.access.space import Order
from eks_pod_identity.access.unknown import Unknown

Mask: TypeAlias = Callable[[Unknown, Class], bool]
"""Whether a class of an unknown is looked at."""


class Masked:
    """The calls of a reach that a mask lets through."""

    def __init__(self, reach: Reach, mask: Mask) -> None:
        self._reach = reach
        self._mask = mask
        self._known: dict[tuple[int, bool], bool] = {}

    @property
    def answer(self) -> Answer:
        """Whether any of these calls gets in."""
        if self._reach.too_large:
            return Answer.TOO_LARGE
        if not self._may(self._reach.node, sure=False):
            return Answer.NO
        return Answer.YES if self._may(self._reach.node, sure=True) else Answer.DEPENDS

    def sample(self) -> Mapping[str, str | None]:
        """Return one of these calls that gets in, by the names of its unknowns.

        It has the unknowns that decide; those that are missing may have any value.
        """
        sure = self.answer is Answer.YES
        found: dict[str, str | None] = {}
        node = self._reach.node
        while node not in (IN, OUT):
            unknown, branches = self._branches(node)
            each, node = next(
                (each, child) for each, child in branches if self._may(child, sure=sure)
            )
            found[unknown.name] = each.witness
        return found

    def _branches(self, node: int) -> tuple[Unknown, list[tuple[Class, int]]]:
        rank, branches = self._reach.diagram.nodes[node]
        unknown = self._reach.diagram.unknown(rank)
        classes = self._reach.diagram.classes(rank)
        pairs = zip(classes, branches, strict=True)
        return unknown, [(each, child) for each, child in pairs if self._mask(unknown, each)]

    def _may(self, node: int, *, sure: bool) -> bool:
        if node in (IN, OUT):
            return node == IN
        key = (node, sure)
        if key not in self._known:
            unknown, branches = self._branches(node)
            children = (self._may(child, sure=sure) for _, child in branches)
            untold = sure and unknown.rank >= Order.UNTOLD
            self._known[key] = all(children) if untold else any(children)
        return self._known[key]
