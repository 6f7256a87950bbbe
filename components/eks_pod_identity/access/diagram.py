"""A decision diagram over the unknowns of a call: which calls a policy lets in.

In: statements as clauses, and the classes of the unknowns. Out: nodes, equal for equal sets of
calls. What is left to be decided is a state: the needs, each a set of Allow statements of which one
has to apply, and the Deny statements, of which none may. Deciding an unknown makes states smaller.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from eks_pod_identity.access.bounds import MAX_NODES, TooLargeError
from eks_pod_identity.access.classes import Class, classes_of
from eks_pod_identity.access.clause import EMPTY, Formula
from eks_pod_identity.access.unknown import Unknown

Rule: TypeAlias = frozenset[Formula]
"""A statement: all of its clauses have to hold."""


class State(NamedTuple):
    """What is left to be decided.

    Attributes:
        needs: Of each of these some rule has to apply.
        denials: None of these may apply.
    """

    needs: frozenset[frozenset[Rule]]
    denials: frozenset[Rule]


class Node(NamedTuple):
    """A decision: one unknown, and what follows for its classes.

    Attributes:
        rank: The unknown.
        branches: For each class of it the number of the node that follows.
    """

    rank: int
    branches: tuple[int, ...]


OUT = 0
IN = 1


class Diagram:
    """Nodes over the unknowns of one kind of caller, for one or several policies."""

    def __init__(self, unknowns: Mapping[int, Unknown]) -> None:
        self._unknowns = unknowns
        self._classes: dict[int, tuple[Class, ...]] = {}
        self._numbers: dict[Node, int] = {}
        self._known: dict[State, int] = {}
        self.nodes: list[Node] = [Node(-1, ()), Node(-1, ())]

    def classes(self, rank: int) -> tuple[Class, ...]:
        """Return the classes of an unknown."""
        if rank not in self._classes:
            self._classes[rank] = classes_of(self._unknowns[rank])
        return self._classes[rank]

    def unknown(self, rank: int) -> Unknown:
        """Return the unknown of a rank."""
        return self._unknowns[rank]

    def node_of(self, state: State | None) -> int:
        """Return the node of a state.

        Raises:
            TooLargeError: There are too many nodes or classes.
        """
        if state is None:
            return OUT
        if not state.needs and not state.denials:
            return IN
        found = self._known.get(state)
        if found is None:
            if len(self._known) >= MAX_NODES:
                raise TooLargeError("decisions")
            found = self._known[state] = self._decide(state)
        return found

    def _decide(self, state: State) -> int:
        rank = _first_rank(state)
        by_bits: dict[int, int] = {}
        branches = []
        for each in self.classes(rank):
            if each.bits not in by_bits:
                by_bits[each.bits] = self.node_of(restrict(state, rank, each.bits))
            branches.append(by_bits[each.bits])
        return self.join(rank, tuple(branches))

    def join(self, rank: int, branches: tuple[int, ...]) -> int:
        """Return the node that decides an unknown; none is needed if all branches are one."""
        if len(set(branches)) == 1:
            return branches[0]
        node = Node(rank, branches)
        if node not in self._numbers:
            self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[node]


def restrict(state: State, rank: int, bits: int) -> State | None:
    """Return what is left of a state where one unknown is of a class; None if no call is let in."""
    formulas: dict[Formula, Formula] = {}

    def rule(each: Rule) -> Rule | None:
        left = []
        for clause in each:
            found = formulas.get(clause)
            if found is None:
                found = formulas[clause] = _restrict_formula(clause, rank, bits)
            if not found:
                return None
            if EMPTY not in found:
                left.append(found)
        return frozenset(left)

    denials = frozenset(found for each in state.denials if (found := rule(each)) is not None)
    if frozenset() in denials:
        return None
    needs = []
    for need in state.needs:
        rules = frozenset(found for each in need if (found := rule(each)) is not None)
        if not rules:
            return None
        if frozenset() not in rules:
            needs.append(rules)
    return State(frozenset(needs), denials)


def _restrict_formula(clause: Formula, rank: int, bits: int) -> Formula:
    left = set()
    for box in clause:
        rest = []
        for literal in box:
            if literal.rank != rank:
                rest.append(literal)
            elif bool(bits >> literal.predicate & 1) is not literal.sign:
                break
        else:
            left.add(frozenset(rest) if len(rest) < len(box) else box)
    return frozenset(left)


def _first_rank(state: State) -> int:
    return min(
        literal.rank
        for rules in (*state.needs, state.denials)
        for each in rules
        for clause in each
        for box in clause
        for literal in box
    )


def state_of(needs: Iterable[Iterable[Rule]], denials: Iterable[Rule]) -> State | None:
    """Return the state before anything is decided; None if no call is let in."""
    # Of an unknown that no formula has any class will do.
    return restrict(State(frozenset(map(frozenset, needs)), frozenset(denials)), -1, 0)


def paths(diagram: Diagram, node: int, wanted: int = IN) -> Iterator[Mapping[int, Sequence[int]]]:
    """Yield the ways to an end: for each unknown on the way the classes that lead on, by number."""
    if node in (IN, OUT):
        if node == wanted:
            yield {}
        return
    rank, branches = diagram.nodes[node]
    for child in dict.fromkeys(branches):
        if child != (OUT if wanted == IN else IN):
            numbers = tuple(at for at, each in enumerate(branches) if each == child)
            for rest in paths(diagram, child, wanted):
                yield {rank: numbers, **rest}
