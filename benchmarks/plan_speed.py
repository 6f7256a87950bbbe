"""How long a plan takes, without I/O: a file of 5,000 associations against 5,000 of AWS.

The desired state is worked out once, and then compared. Every association has a role of its own
with a managed and a well-known policy, and every role differs, so that each is compared to the end.
Printed are seconds of the processor for both, with the garbage collector on, and a ratio: what an
association costs at 5,000 over what it costs at 500, which is 1 if time is linear.
"""

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from harness.fake_cluster import STACK, FakeCluster
from harness.scenario import AGENT, load, plan_config

from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.planning.change import Step
from eks_pod_identity.planning.declaration import Declaration
from eks_pod_identity.planning.plan import PlanFacts, plan_cluster

SMALL = 500
LARGE = 5_000
MAX_SECONDS = 0.18
MAX_RATIO = 2.0
RUNS = 5


def main() -> int:
    """Measure both sizes; return 1 if a bound is broken."""
    (_, small), (desired, large) = measure(SMALL), measure(LARGE)
    ratio = (large / LARGE) / (small / SMALL)
    print(
        f"plan of {LARGE:,} associations against {LARGE:,}: {large:.2f} s (bound {MAX_SECONDS}), "
        f"after {desired:.2f} s for the desired state; "
        f"each costs {ratio:.2f} times what it costs at {SMALL} (bound {MAX_RATIO})"
    )
    return int(large > MAX_SECONDS or ratio > MAX_RATIO)


def measure(count: int) -> tuple[float, float]:
    """Return the best times of desired state and plan, which updates every role.

    The best, for noise only ever adds.
    """
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    cluster.carry_out(plan_config(load(file_of(count, "ReadOnlyAccess")), cluster.state, STACK))
    loaded = load(file_of(count, "ViewOnlyAccess"))
    config, state = loaded.require(), cluster.state
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        desired = Declaration(config, PolicyContext.of_cluster(state.arn), {}).desired()
        middle = time.process_time()
        plan = plan_cluster(desired, state, PlanFacts(), loaded.places)
        times.append((middle - start, time.process_time() - middle))
        if not plan.count(Step.UPDATE) == plan.count(Step.SAME) == count:
            sys.exit("plan_speed: the plan is not the one to be measured")
    return min(desired for desired, _ in times), min(planned for _, planned in times)


def file_of(count: int, policy: str) -> dict[str, Any]:
    """Return a ClusterConfig of so many associations."""
    entries = [
        {
            "namespace": f"team-{number % 50}",
            "serviceAccountName": f"app-{number}",
            "permissionPolicyARNs": [f"arn:aws:iam::aws:policy/{policy}"],
            "wellKnownPolicies": {"externalDNS": True},
        }
        for number in range(count)
    ]
    return {"iam": {"podIdentityAssociations": entries}}


if __name__ == "__main__":
    sys.exit(main())
