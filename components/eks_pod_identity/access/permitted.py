"""What permissions allow: whether some call of a caller is allowed, all acts of it at once.

In: groups of policies that all have to allow (permissions, a boundary, a policy of the resource),
acts, and the kind of caller. Out: a reach, to be asked as that of a trust policy is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from eks_pod_identity.access.act import Act, ActKeys
from eks_pod_identity.access.bounds import TooLargeError
from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.callers.calls import Calls
from eks_pod_identity.access.clause import (
    ALWAYS,
    NEVER,
    Formula,
    any_of,
    both,
    contrary,
    of_truth,
)
from eks_pod_identity.access.conditions import ConditionReader
from eks_pod_identity.access.diagram import Diagram, Rule, state_of
from eks_pod_identity.access.match import match
from eks_pod_identity.access.reach import Reach
from eks_pod_identity.access.texts import Clarity, TextReader
from eks_pod_identity.iam.evaluation import Policy, Statement, Truth
from eks_pod_identity.iam.evaluation.arn import resource_matches
from eks_pod_identity.iam.evaluation.glob import to_pattern

Group: TypeAlias = Sequence[Policy]
_COLONS = 5  # of an ARN, before its last part


def permitted(groups: Sequence[Group], acts: Iterable[Act], calls: Calls) -> Reach:
    """Return the calls for which every group allows every act."""
    diagram = Diagram(calls.space.unknowns)
    needs, denials = [], []
    try:
        for act in acts:
            reader = ActReader(calls, act)
            for group in groups:
                rules = [each for policy in group for each in reader.speaking(policy)]
                needs.append([reader.rule(each) for each in rules if each.allow])
                denials += [reader.rule(each) for each in rules if not each.allow]
        node = diagram.node_of(state_of(needs, denials))
        return Reach(Kind.PERMISSIONS, calls, diagram, node)
    except TooLargeError as error:
        return Reach(Kind.PERMISSIONS, calls, diagram, too_large=error.what)


def applicable(statement: Statement, act: Act, calls: Calls) -> Reach:
    """Return the calls that meet a statement's conditions, whatever it is about."""
    asked = replace(
        statement, allow=True, actions=(to_pattern("*"),), not_actions=False, resources=()
    )
    return permitted(
        [[Policy((replace(asked, not_resources=False, principals=None),))]], [act], calls
    )


class ActReader:
    """Reads statements for one act."""

    def __init__(self, calls: Calls, act: Act) -> None:
        self._calls = calls
        self._act = act
        keys = ActKeys(calls, act)
        self._conditions = ConditionReader(calls.space, keys.read_key)
        self._texts = TextReader(keys.read_key, wildcards=True)

    def speaking(self, policy: Policy) -> Iterator[Statement]:
        """Yield the statements that speak of the action."""
        for each in policy.statements:
            if each.names_action(self._act.action) is Truth.YES:
                self._calls.space.written.update((c.key, c.written) for c in each.conditions)
                yield each

    def rule(self, statement: Statement) -> Rule:
        """Return what has to hold for a statement to apply."""
        clauses = {*self._calls.names(statement), *self._resource(statement)}
        if NEVER not in clauses:
            for condition in statement.conditions:
                clauses.update(self._conditions.clauses(condition))
        return frozenset(clauses) - {ALWAYS}

    def _resource(self, statement: Statement) -> Iterator[Formula]:
        if statement.resources:
            found = any_of(self._names(text, statement) for text in statement.resources)
            if statement.not_resources:
                yield from contrary(found)
            else:
                yield found

    def _names(self, text: str, statement: Statement) -> Formula:
        if not statement.variables or "${" not in text:
            truth = resource_matches(to_pattern(text), self._act.resource)
            return self._untold(text) if truth is Truth.UNKNOWN else of_truth(truth is Truth.YES)
        found = self._texts.read(text, variables=True)
        if isinstance(found, Clarity) or text.partition("${")[0].count(":") < _COLONS:
            return self._untold(text)
        held = []
        for gate, wanted in found:
            matched = match(self._calls.space, (self._act.resource,), wanted)
            held.append(both(gate, self._untold(text) if matched is None else matched))
        return any_of(held)

    def _untold(self, text: str) -> Formula:
        return self._calls.space.untold(f"resource {text}", ("resource", text))
