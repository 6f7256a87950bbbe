"""The reach of a trust policy: for each kind of caller the set of calls that it lets in.

In: a policy ready for evaluation, and where the role lives. Out: diagrams, and what rules and
commands ask of them. Each kind is worked out when it is first asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.access.bounds import TooLargeError
from eks_pod_identity.access.callers import KINDS, Calls, Kind, calls_of
from eks_pod_identity.access.clause import ALWAYS, NEVER, Formula, contrary
from eks_pod_identity.access.conditions import ConditionReader
from eks_pod_identity.access.diagram import IN, OUT, Diagram, Rule, State, state_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order
from eks_pod_identity.iam.evaluation import Policy, Statement


class Answer(Enum):
    """Whether a policy lets in some caller."""

    YES = "proved: a caller gets in"
    NO = "proved: no caller gets in"
    DEPENDS = "depends on what is not known"
    TOO_LARGE = "too large: not proved"


@dataclass(frozen=True)
class Reach:
    """The calls of one kind that a policy lets in.

    Attributes:
        kind: The kind of caller.
        calls: Their unknowns and keys.
        diagram: Over their unknowns.
        node: Where the policy's calls begin in it.
        too_large: What was too much, empty if nothing was; then there is no node.
    """

    kind: Kind
    calls: Calls
    diagram: Diagram
    node: int = OUT
    too_large: str = ""

    @property
    def answer(self) -> Answer:
        """Whether anybody of the kind gets in."""
        if self.too_large:
            return Answer.TOO_LARGE
        if self.node == OUT:
            return Answer.NO
        return Answer.YES if _surely(self.diagram, self.node, {}) else Answer.DEPENDS

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The names of what is not known and plays a part."""
        ranks = sorted({rank for rank in _ranks(self.diagram, self.node) if rank >= Order.UNTOLD})
        return tuple(dict.fromkeys(self.diagram.unknown(rank).name for rank in ranks))


def reach_of(policy: Policy, kind: Kind, setting: Setting) -> Reach:
    """Return what a policy lets in of one kind of caller."""
    return reaches_of((policy,), kind, setting)[0]


def reaches_of(policies: tuple[Policy, ...], kind: Kind, setting: Setting) -> tuple[Reach, ...]:
    """Return the same for several policies, over the same unknowns, so that they compare."""
    calls = calls_of(kind, setting)
    diagram = Diagram(calls.space.unknowns)
    compiler = _Compiler(calls)
    try:
        # Who is named comes first: it decides what the keys of identity providers are.
        for policy in policies:
            compiler.read_principals(policy)
        states = [compiler.state(policy) for policy in policies]
        return tuple(Reach(kind, calls, diagram, diagram.node_of(each)) for each in states)
    except TooLargeError as error:
        return tuple(Reach(kind, calls, diagram, too_large=error.what) for _ in policies)


def all_reaches(policy: Policy, setting: Setting) -> Iterator[Reach]:
    """Yield what a policy lets in, kind by kind."""
    for kind in KINDS:
        yield reach_of(policy, kind, setting)


class _Compiler:
    """Turns statements into rules for one kind of caller."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._conditions = ConditionReader(calls.space, calls.read_key)
        # By the identity of statements, which live as long as their policies.
        self._names: dict[int, tuple[Formula, ...]] = {}
        self._rules: dict[int, Rule] = {}

    def read_principals(self, policy: Policy) -> None:
        for each in policy.statements:
            self._names[id(each)] = self._calls.names(each)
            self._calls.space.written.update((c.key, c.written) for c in each.conditions)

    def state(self, policy: Policy) -> State | None:
        """Return what has to be decided for the calls of this kind."""
        if not any(each.allow and NEVER not in self._names[id(each)] for each in policy.statements):
            return None
        needs, denials = [], []
        for action in self._calls.actions:
            rules = [each for each in policy.statements if self._calls.covers(each, action)]
            spared = self._calls.needs(action)
            allowing = [self._rule(each) for each in rules if each.allow]
            needs.append([*allowing, *([frozenset({spared})] if spared is not None else [])])
            # Who needs not take the action is not denied it.
            needed = frozenset() if spared is None else frozenset(contrary(spared))
            denials += [self._rule(each) | needed for each in rules if not each.allow]
        return state_of(needs, denials)

    def _rule(self, statement: Statement) -> Rule:
        key = id(statement)
        if key not in self._rules:
            clauses = set(self._names[key])
            if NEVER not in clauses:
                for condition in statement.conditions:
                    clauses.update(self._conditions.clauses(condition))
            self._rules[key] = frozenset(clauses) - {ALWAYS}
        return self._rules[key]


def _surely(diagram: Diagram, node: int, known: dict[int, bool]) -> bool:
    """Tell whether some call gets in whatever is true of what is not known."""
    if node in (IN, OUT):
        return node == IN
    if node not in known:
        rank, branches = diagram.nodes[node]
        children = (_surely(diagram, each, known) for each in dict.fromkeys(branches))
        known[node] = all(children) if rank >= Order.UNTOLD else any(children)
    return known[node]


def _ranks(diagram: Diagram, node: int) -> Iterator[int]:
    waiting, seen = [node], {IN, OUT}
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            rank, branches = diagram.nodes[each]
            yield rank
            waiting.extend(branches)
