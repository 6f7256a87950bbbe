"""The evaluator as an oracle of `access`: one call for one class of each unknown, decided by both.

In: a reach, and a class of each unknown. Out: what the diagram says of that call, and what the
evaluator says of a request made of the same values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from random import Random

from eks_pod_identity.access.callers import AccountCalls, PodCalls, ServiceCalls, TokenCalls
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.clause import Box
from eks_pod_identity.access.diagram import IN, OUT
from eks_pod_identity.access.reach import Reach
from eks_pod_identity.access.space import Chosen, Order, Text, Value
from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    is_allowed,
)

Picked = Mapping[int, Class]


@dataclass
class Oracle:
    """Both answers for one policy and one kind of caller."""

    policy: Policy
    reach: Reach

    def __post_init__(self) -> None:
        # Keys of statements that speak of other callers have unknowns too.
        for key in self._keys():
            self.reach.calls.read_key(key)

    def picks(self, random: Random, count: int) -> Iterator[Picked]:
        """Yield classes for all unknowns, some of the combinations."""
        for _ in range(count):
            yield self._completed({rank: random.choice(found) for rank, found in self._all()})

    def every_pick(self, limit: int) -> Iterator[Picked]:
        """Yield every combination of classes, nothing if there are more than the limit."""
        ranks, classes = zip(*self._all(), strict=True)
        count = 1
        for each in classes:
            count *= len(each)
        if count <= limit:
            for chosen in product(*classes):
                yield self._completed(dict(zip(ranks, chosen, strict=True)))

    def _all(self) -> list[tuple[int, tuple[Class, ...]]]:
        space = self.reach.calls.space
        return [
            (rank, self.reach.diagram.classes(rank))
            for rank in sorted(space.unknowns)
            if rank < Order.FACT or space.unknowns[rank].domain is not None
        ]

    def _completed(self, picked: dict[int, Class]) -> Picked:
        """Add the truth of comparisons."""
        for flag, left, right in self.reach.calls.space.facts():
            same = picked[left.rank].witness == picked[right.rank].witness
            picked[flag.rank] = Class(int(same), "yes" if same else None)
        return picked

    def diagram_says(self, picked: Picked) -> set[bool]:
        """Follow the diagram; both ways where it depends on what is not known."""
        return set(self._ends(self.reach.node, picked))

    def _ends(self, node: int, picked: Picked) -> Iterator[bool]:
        if node in (IN, OUT):
            yield node == IN
            return
        rank, branches = self.reach.diagram.nodes[node]
        if rank not in picked:
            for each in branches:
                yield from self._ends(each, picked)
            return
        classes = self.reach.diagram.classes(rank)
        bits = picked[rank].bits
        at = next(at for at, each in enumerate(classes) if each.bits == bits)
        yield from self._ends(branches[at], picked)

    def evaluator_says(self, picked: Picked) -> bool | None:
        """Ask the evaluator for all actions that are needed; None if it does not decide."""
        context = self._context(picked)
        if context is None:
            return None
        principal = self._principal(picked)
        found = set()
        for action in self.reach.calls.actions:
            spared = self.reach.calls.needs(action)
            if spared and any(holds(box, picked) for box in spared):
                continue
            found.add(is_allowed(self.policy, Request(principal, action, context=context)).decision)
        if Decision.DENIED in found:
            return False
        return None if Decision.UNPROVED in found else True

    def _principal(self, picked: Picked) -> Principal:
        calls = self.reach.calls
        if isinstance(calls, PodCalls):
            return Principal.service("pods.eks.amazonaws.com")
        if isinstance(calls, AccountCalls):
            return Principal.aws(self._text(calls.arn, picked))
        if isinstance(calls, ServiceCalls):
            return Principal.service(self._text((calls.service,), picked))
        assert isinstance(calls, TokenCalls)
        arn = f"arn:aws:iam::{calls.setting.account}:oidc-provider/"
        return Principal(PrincipalKind.FEDERATED, arn + self._text((calls.issuer,), picked))

    def _context(self, picked: Picked) -> Context | None:
        values: dict[str, tuple[str, ...]] = {}
        for key in self._keys():
            found = self.reach.calls.read_key(key)
            if isinstance(found, Chosen):
                return None
            if isinstance(found, Value) and holds(found.gates, picked):
                values[key] = tuple(self._text(each, picked) for each in found.texts)
        return Context.of(values, complete=True)

    def _keys(self) -> set[str]:
        return {
            key
            for statement in self.policy.statements
            for condition in statement.conditions
            for key in (condition.key, *(each.key for each in condition.expands))
        }

    def _text(self, text: Text, picked: Picked) -> str:
        return "".join(
            part if isinstance(part, str) else _written(part.name, picked[part.rank].witness or "")
            for part in text
        )


def holds(box: Box, picked: Picked) -> bool:
    """Tell whether all literals of a box are true of the classes."""
    return all(bool(picked[each.rank].bits >> each.predicate & 1) is each.sign for each in box)


def _written(name: str, witness: str) -> str:
    if name != "address":
        return witness
    point = int(witness)
    return str(IPv4Address(point) if point < 1 << 32 else IPv6Address(point - (1 << 32)))
