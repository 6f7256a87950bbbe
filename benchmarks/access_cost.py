"""What the reach of a trust policy costs: random documents, and those made to take long.

Printed are the median and the worst of random documents, each asked about all kinds of caller, and
the worst hostile one. The best of several measurements counts, since noise only ever adds.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from hostile_documents import HOSTILE

from eks_pod_identity.access.reach import all_reaches
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Policy, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from harness.access_documents import ACCOUNT, random_trust

DOCUMENTS = 300
RUNS = 3
MAX_MEDIAN = 3.0
MAX_HOSTILE = 50.0
_LONGEST = 8_192  # what IAM takes as a trust policy at most


def main() -> int:
    """Measure; return 1 if a bound is broken."""
    times = [_milliseconds(_random(seed)) for seed in range(DOCUMENTS)]
    hostile = {name: _milliseconds(text) for name, text in HOSTILE.items() if _fits(text)}
    worst = max(hostile, key=hostile.__getitem__)
    print(
        f"reach: {median(times):.2f} ms for each trust policy (bound {MAX_MEDIAN}), at most"
        f" {max(times):.0f} ms; {hostile[worst]:.0f} ms for {worst} (bound {MAX_HOSTILE:.0f})"
    )
    return int(median(times) > MAX_MEDIAN or hostile[worst] > MAX_HOSTILE)


def _random(seed: int) -> object:
    return random_trust(Random(seed))  # noqa: S311 - a choice of documents


def _fits(text: str) -> bool:
    return len(text) <= _LONGEST


def _milliseconds(document: object) -> float:
    loaded = load_document(document, DocumentKind.TRUST)
    if isinstance(loaded, tuple):
        return 0.0
    policy = compile_policy(loaded)
    return min(_timed(lambda: _ask(policy)) for _ in range(RUNS)) * 1_000


def _ask(policy: Policy) -> None:
    for reach in all_reaches(policy, Setting(ACCOUNT)):
        _ = reach.answer


def _timed(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
