"""The reach of a trust policy held against the evaluator, call by call."""

from collections import Counter
from random import Random

import pytest
from harness.access_documents import ACCOUNT, ORGANIZATION, random_trust
from harness.access_oracle import Oracle
from harness.trusts import policy_of

from eks_pod_identity.access.callers import KINDS, Kind
from eks_pod_identity.access.reach import reach_of
from eks_pod_identity.access.setting import Setting

_DOCUMENTS = 400
_CALLS = 20
_EXHAUSTED = 120
_LIMIT = 3_000


def _setting(random: Random) -> Setting:
    return Setting(ACCOUNT, organization=random.choice((None, "", ORGANIZATION)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_diagram_and_evaluator_agree_on_random_calls(kind: Kind) -> None:
    """What the evaluator decides of a call, the diagram decides likewise."""
    decided: Counter[bool] = Counter()
    for seed in range(_DOCUMENTS):
        random = Random(seed)  # noqa: S311 - a choice of documents
        policy = policy_of(random_trust(random))
        oracle = Oracle(policy, reach_of(policy, kind, _setting(random)))
        for picked in oracle.picks(random, _CALLS):
            says = oracle.evaluator_says(picked)
            if says is not None:
                decided[says] += 1
                assert says in oracle.diagram_says(picked), (seed, picked)

    assert min(decided[True], decided[False]) > 100


def test_diagram_and_evaluator_agree_on_every_combination_of_classes() -> None:
    """No combination of classes is decided otherwise than the evaluator decides a call of it."""
    decided: Counter[bool] = Counter()
    for seed in range(_EXHAUSTED):
        random = Random(10_000 + seed)  # noqa: S311 - as above
        policy = policy_of(random_trust(random))
        for kind in KINDS:
            oracle = Oracle(policy, reach_of(policy, kind, _setting(random)))
            for picked in oracle.every_pick(_LIMIT):
                says = oracle.evaluator_says(picked)
                if says is not None:
                    decided[says] += 1
                    assert says in oracle.diagram_says(picked), (seed, kind, picked)

    assert min(decided[True], decided[False]) > 1_000
