"""Measures the emulator as many clients at once see it, and whether it stays as fast when full.

First 32 boto3 clients in other processes fill a cluster with 5,000 associations, each with a role
and a managed policy of its own: that gives the writes per second. Then one client makes the same
calls, in turns, on this cluster and on one of 50: that gives the ratio.
"""

import json
import sys
import threading
import time
from itertools import count
from multiprocessing import get_context
from statistics import median
from typing import Any

import boto3

PROCESSES, THREADS = 4, 8
LARGE, SMALL = 4_960, 50  # with what the measurement itself adds: 5,000
ROUNDS = 40
LEAST_WRITES_PER_SECOND = 300
BOUND = 2.0
_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)


def main() -> int:
    """Measure, print two lines, and return 1 if one is out of its bound."""
    writes, seconds = _fill("large", LARGE)
    _fill("small", SMALL)
    ratio = _ratio()
    rate = writes / seconds
    clients = PROCESSES * THREADS
    print(
        f"emulator, {clients} clients at once: {rate:.0f} writes a second "
        f"(at least {LEAST_WRITES_PER_SECOND})"
    )
    print(f"emulator, a call at 5,000 to one at 50 associations: ratio {ratio:.2f} (bound {BOUND})")
    return 0 if rate >= LEAST_WRITES_PER_SECOND and ratio <= BOUND else 1


def _fill(cluster: str, associations: int) -> tuple[int, float]:
    """Make associations by all clients at once; return the number of writes and the seconds."""
    context = get_context("spawn")
    start = context.Barrier(PROCESSES + 1)
    numbers = [range(part, associations, PROCESSES) for part in range(PROCESSES)]
    workers = [
        context.Process(target=_work, args=(cluster, part, start), daemon=True) for part in numbers
    ]
    for worker in workers:
        worker.start()
    start.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    if any(worker.exitcode for worker in workers):
        sys.exit("a client failed; see its traceback above")
    return associations * 3, seconds


def _work(cluster: str, numbers: range, start: Any) -> None:  # noqa: ANN401 - a barrier of a spawning context has no public type
    """Run one process's clients, a thread each, and fail if one of them does."""
    session = boto3.session.Session()
    clients = [(session.client("iam"), session.client("eks")) for _ in range(THREADS)]
    failed = threading.Event()

    def work(thread: int) -> None:
        try:
            for number in numbers[thread::THREADS]:
                _associate(*clients[thread], cluster, f"{cluster}-{number}")
        except BaseException:
            failed.set()
            raise

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    start.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(failed.is_set())


def _associate(iam: Any, eks: Any, cluster: str, name: str) -> None:  # noqa: ANN401 - boto3's clients have no static type here
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=_POLICY)
    eks.create_pod_identity_association(
        clusterName=cluster, namespace="bench", serviceAccount=name, roleArn=role
    )


def _ratio() -> float:
    eks, numbers = boto3.client("eks"), count()
    rounds = [
        {cluster: _calls(eks, cluster, f"round-{next(numbers)}") for cluster in ("small", "large")}
        for _ in range(ROUNDS)
    ]
    return median(taken["large"] for taken in rounds) / median(taken["small"] for taken in rounds)


def _calls(eks: Any, cluster: str, account: str) -> float:  # noqa: ANN401 - as above
    """Return the seconds of one call of each kind."""
    started = time.perf_counter()
    made = eks.create_pod_identity_association(
        clusterName=cluster,
        namespace="bench",
        serviceAccount=account,
        roleArn="arn:aws:iam::111122223333:role/small-0",
    )["association"]
    names = {"clusterName": cluster, "associationId": made["associationId"]}
    eks.describe_pod_identity_association(**names)
    eks.update_pod_identity_association(**names, disableSessionTags=True)
    eks.list_pod_identity_associations(
        clusterName=cluster, namespace="bench", serviceAccount=account
    )
    eks.list_pod_identity_associations(clusterName=cluster, maxResults=50)
    eks.delete_pod_identity_association(**names)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
