"""What permissions allow, held against the evaluator, call by call."""

from collections import Counter
from random import Random

from harness.access_documents import ACCOUNT
from harness.permission_oracle import (
    PermissionOracle,
    acts_of,
    identity_policy,
    random_permissions,
)

from eks_pod_identity.access.callers.session import SessionCalls
from eks_pod_identity.access.setting import Setting

_DOCUMENTS = 1_500
_CALLS = 12
_EXHAUSTED = 300
_LIMIT = 2_000


def _oracle(seed: int) -> tuple[PermissionOracle, Random]:
    random = Random(seed)  # noqa: S311 - a choice of documents
    groups = [[identity_policy(random_permissions(random))]]
    if random.random() < 1 / 4:
        groups.append([identity_policy(random_permissions(random))])
    tags = random.choice(({"team": "blue"}, {}))
    calls = SessionCalls(Setting(ACCOUNT), role_tags=tags)
    return PermissionOracle(groups, acts_of(calls, random), calls), random


def test_diagram_and_evaluator_agree_on_random_calls() -> None:
    """What the evaluator decides of a pod's call, the diagram decides likewise."""
    decided: Counter[bool] = Counter()
    for seed in range(_DOCUMENTS):
        oracle, random = _oracle(seed)
        for picked in oracle.picks(random, _CALLS):
            says = oracle.evaluator_says(picked)
            if says is not None:
                decided[says] += 1
                assert says in oracle.diagram_says(picked), (seed, picked)

    assert min(decided[True], decided[False]) > 100, decided


def test_diagram_and_evaluator_agree_on_every_combination_of_classes() -> None:
    """No combination of classes is decided otherwise than the evaluator decides a call of it."""
    decided: Counter[bool] = Counter()
    for seed in range(_EXHAUSTED):
        oracle, _ = _oracle(50_000 + seed)
        for picked in oracle.every_pick(_LIMIT):
            says = oracle.evaluator_says(picked)
            if says is not None:
                decided[says] += 1
                assert says in oracle.diagram_says(picked), (seed, picked)

    assert min(decided[True], decided[False]) > 100, decided
