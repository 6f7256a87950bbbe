"""Two trust policies of one role compared: who gets in that did not, and who does no longer.

In: two policies. Out: for each kind of caller the relation, with the callers that differ. What is
not known is the same for both, so equal policies are equal whatever it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from eks_pod_identity.access.bounds import MAX_NODES, TooLargeError
from eks_pod_identity.access.callers import KINDS, Kind, PodCalls
from eks_pod_identity.access.diagram import IN, OUT, Diagram
from eks_pod_identity.access.reach import Answer, Reach, reaches_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Policy


class Relation(Enum):
    """How what is new relates to what was."""

    EQUAL = "equal"
    NARROWER = "narrower"
    WIDER = "wider"
    INCOMPARABLE = "wider and narrower"
    NOT_PROVED = "not proved"


@dataclass(frozen=True)
class Difference:
    """The relation of two policies for one kind of caller.

    Attributes:
        kind: The kind of caller.
        gained: Who gets in that did not.
        lost: Who does not get in any longer.
    """

    kind: Kind
    gained: Reach
    lost: Reach

    @property
    def relation(self) -> Relation:
        """How the new policy relates to the old one."""
        answers = {self.gained.answer, self.lost.answer}
        if self.gained.answer is Answer.YES:
            only = self.lost.answer is Answer.NO
            return Relation.WIDER if only else Relation.INCOMPARABLE
        if answers & {Answer.DEPENDS, Answer.TOO_LARGE}:
            return Relation.NOT_PROVED
        return Relation.EQUAL if self.lost.answer is Answer.NO else Relation.NARROWER


def compare_kind(old: Policy, new: Policy, kind: Kind, setting: Setting) -> Difference:
    """Return how a new policy relates to the old one for one kind of caller."""
    before, after = map(with_source, reaches_of((old, new), kind, setting))
    return Difference(kind, minus(after, before), minus(before, after))


def compare(old: Policy, new: Policy, setting: Setting) -> Iterator[Difference]:
    """Yield how a new trust policy relates to the old one, kind by kind.

    That EKS leaves out the source keys is not thought of: a policy that is bound by session tags
    and its twin that is bound by source keys are equal.
    """
    for kind in KINDS:
        yield compare_kind(old, new, kind, setting)


def overall(relations: Iterator[Relation] | tuple[Relation, ...]) -> Relation:
    """Return the relation of two policies, of those for each kind; a proved gain outranks doubt."""
    found = set(relations)
    for each in (Relation.INCOMPARABLE, Relation.NOT_PROVED):
        if each in found and not (each is Relation.NOT_PROVED and Relation.WIDER in found):
            return each
    if Relation.WIDER in found:
        return Relation.INCOMPARABLE if Relation.NARROWER in found else Relation.WIDER
    return Relation.NARROWER if Relation.NARROWER in found else Relation.EQUAL


def minus(left: Reach, right: Reach) -> Reach:
    """Return what one policy lets in and another, over the same unknowns, does not."""
    if left.too_large or right.too_large:
        return left if left.too_large else right
    try:
        return replace(left, node=_minus(left.diagram, left.node, right.node, {}))
    except TooLargeError as error:
        return replace(left, too_large=error.what)


def _minus(diagram: Diagram, left: int, right: int, known: dict[tuple[int, int], int]) -> int:
    if left in {OUT, right} or right == IN:
        return OUT
    if right == OUT:
        return left
    pair = (left, right)
    if pair not in known:
        if len(known) > MAX_NODES:
            raise TooLargeError("differences")
        ranks = [diagram.nodes[each].rank for each in pair if each != IN]
        rank = min(ranks)
        size = len(diagram.classes(rank))
        branches = zip(
            _branches(diagram, left, rank, size), _branches(diagram, right, rank, size), strict=True
        )
        known[pair] = diagram.join(rank, tuple(_minus(diagram, a, b, known) for a, b in branches))
    return known[pair]


def _branches(diagram: Diagram, node: int, rank: int, size: int) -> tuple[int, ...]:
    found = diagram.nodes[node]
    return found.branches if found.rank == rank else (node,) * size


def given(reach: Reach, facts: Mapping[Unknown, int]) -> Reach:
    """Return what a policy lets in of calls whose flags are as given: 1 for yes, 0 for no."""
    if reach.too_large:
        return reach
    wanted = {unknown.rank: bits for unknown, bits in facts.items()}
    return replace(reach, node=_given(reach.diagram, reach.node, wanted, {}))


def _given(diagram: Diagram, node: int, wanted: Mapping[int, int], known: dict[int, int]) -> int:
    if node in (IN, OUT):
        return node
    if node not in known:
        rank, branches = diagram.nodes[node]
        if rank in wanted:
            classes = diagram.classes(rank)
            at = next(at for at, each in enumerate(classes) if each.bits == wanted[rank])
            known[node] = _given(diagram, branches[at], wanted, known)
        else:
            known[node] = diagram.join(
                rank, tuple(_given(diagram, each, wanted, known) for each in branches)
            )
    return known[node]


def with_source(reach: Reach) -> Reach:
    """Return what a policy lets in of calls of EKS that carry the source keys, as they all do."""
    calls = reach.calls
    return given(reach, {calls.source: 1}) if isinstance(calls, PodCalls) else reach
