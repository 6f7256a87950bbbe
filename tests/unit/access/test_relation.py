"""Two policies compared: what is said to differ differs, and nothing else."""

from collections import Counter
from random import Random

from harness.access_documents import ACCOUNT, random_trust
from harness.access_oracle import Oracle
from harness.trusts import policy_of

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.diagram import IN, OUT
from eks_pod_identity.access.reach import reaches_of
from eks_pod_identity.access.relation import minus
from eks_pod_identity.access.setting import Setting

_PAIRS = 300
_CALLS = 30
_PODS = {"Service": "pods.eks.amazonaws.com"}


def test_a_difference_is_what_one_policy_lets_in_and_the_other_does_not() -> None:
    """For calls at random the difference agrees with the two evaluators."""
    found: Counter[bool] = Counter()
    for seed in range(_PAIRS):
        random = Random(seed)  # noqa: S311 - a choice of documents
        policies = tuple(policy_of(random_trust(random, principal=_PODS)) for _ in range(2))
        left, right = reaches_of(policies, Kind.OWN_PODS, Setting(ACCOUNT))
        gained = Oracle(policies[0], minus(left, right))
        oracles = (Oracle(policies[0], left), Oracle(policies[1], right))
        for picked in gained.picks(random, _CALLS):
            says = [each.evaluator_says(picked) for each in oracles]
            if None not in says:
                differs = bool(says[0]) and not says[1]
                found[differs] += 1
                assert differs in gained.diagram_says(picked), (seed, picked)

    assert found[True] > 100


def test_policies_without_a_difference_have_one_node() -> None:
    """Equal sets of calls are one node, so equality needs no search."""
    for seed in range(_PAIRS):
        random = Random(seed)  # noqa: S311 - as above
        policies = tuple(policy_of(random_trust(random, principal=_PODS)) for _ in range(2))
        left, right = reaches_of(policies, Kind.OWN_PODS, Setting(ACCOUNT))
        equal = minus(left, right).node == OUT and minus(right, left).node == OUT
        assert equal == (left.node == right.node)
        assert {IN, OUT} != {left.node, right.node} or not equal
