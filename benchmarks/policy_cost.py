"""What the policy pack costs through gRPC, with all rules on.

The pack runs as a process of its own, as under the engine. Every role has a trust policy of its
own, so that nothing is remembered from the one before. Printed are milliseconds for each role
(remediate and analyze, as the engine asks), seconds for 1,000 resources of a stack, the time to
start, and milliseconds for the worst of the documents that are made to take long; of several
measurements the best ones count, since noise only ever adds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from hostile_documents import HOSTILE
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.trust import build_trust_policy
from eks_pod_identity.names import ServiceAccountRef

PACK = Path(__file__).parents[1] / "policy"
ROLES = 300
RESOURCES = 1_000
MAX_MILLISECONDS = 3.0
MAX_STACK_SECONDS = 0.5
MAX_START_SECONDS = 1.0
MAX_HOSTILE_MILLISECONDS = 50.0
RUNS = 5


def main() -> int:
    """Measure start, roles and stack; return 1 if a bound is broken."""
    with started() as (analyzer, start):
        role = milliseconds_per_role(analyzer)
        stack = min(seconds_of_stack(analyzer) for _ in range(RUNS))
        hostile, name = max((milliseconds_of(analyzer, name), name) for name in HOSTILE)
    print(
        f"policy pack: {role:.2f} ms for each role (bound {MAX_MILLISECONDS}); "
        f"{stack:.2f} s for a stack of {RESOURCES:,} (bound {MAX_STACK_SECONDS}); "
        f"starts in {start:.2f} s (bound {MAX_START_SECONDS}); "
        f"{hostile:.0f} ms for {name} (bound {MAX_HOSTILE_MILLISECONDS:.0f})"
    )
    found = (role, stack, start, hostile)
    bounds = (MAX_MILLISECONDS, MAX_STACK_SECONDS, MAX_START_SECONDS, MAX_HOSTILE_MILLISECONDS)
    return int(any(each > bound for each, bound in zip(found, bounds, strict=True)))


@contextmanager
def started() -> Iterator[tuple[analyzer_pb2_grpc.AnalyzerStub, float]]:
    """Start the pack, and tell how long it took until it answered."""
    start = time.monotonic()
    pack = subprocess.Popen([sys.executable, "-u", str(PACK)], stdout=subprocess.PIPE, text=True)
    if pack.stdout is None:
        sys.exit("policy_cost: no output to read the port from")
    try:
        channel = grpc.insecure_channel(f"127.0.0.1:{int(pack.stdout.readline())}")
        analyzer = analyzer_pb2_grpc.AnalyzerStub(channel)
        analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        yield analyzer, time.monotonic() - start
        channel.close()
    finally:
        pack.kill()
        pack.wait()


def milliseconds_per_role(analyzer: analyzer_pb2_grpc.AnalyzerStub) -> float:
    """Return the time of one role, from request to answer: one in ten takes less."""
    times = []
    for number in range(ROLES):
        request = analyzer_pb2.AnalyzeRequest(
            type="aws:iam/role:Role",
            name=f"role-{number}",
            urn=f"urn:pulumi:dev::shop::aws:iam/role:Role::role-{number}",
            properties=properties(number),
        )
        start = time.perf_counter()
        analyzer.Remediate(request)
        found = analyzer.Analyze(request).diagnostics
        times.append(1_000 * (time.perf_counter() - start))
        if found:
            sys.exit(f"policy_cost: a good role was reported: {found[0].message}")
    return quantiles(times, n=10)[0]


def milliseconds_of(analyzer: analyzer_pb2_grpc.AnalyzerStub, name: str) -> float:
    """Return the time of a role with a hostile document, with nothing remembered of it."""
    times = []
    for run in range(RUNS):
        # White space in front makes another text of it.
        request = analyzer_pb2.AnalyzeRequest(type="aws:iam/role:Role", name=name)
        request.properties.update({"assumeRolePolicy": " " * run + HOSTILE[name]})
        start = time.perf_counter()
        analyzer.Analyze(request)
        times.append(1_000 * (time.perf_counter() - start))
    return min(times)


def seconds_of_stack(analyzer: analyzer_pb2_grpc.AnalyzerStub) -> float:
    """Return the time of one stack of roles and their associations, half and half."""
    request = analyzer_pb2.AnalyzeStackRequest()
    for number in range(RESOURCES // 2):
        role = request.resources.add(
            type="aws:iam/role:Role",
            name=f"role-{number}",
            urn=f"urn:pulumi:dev::shop::aws:iam/role:Role::role-{number}",
        )
        role.properties.CopyFrom(properties(number))
        token = "aws:eks/podIdentityAssociation:PodIdentityAssociation"  # noqa: S105 - a type token
        association = request.resources.add(
            type=token, name=f"api-{number}", urn=f"urn:pulumi:dev::shop::{token}::api-{number}"
        )
        association.properties.update(
            {
                "clusterName": "prod",
                "namespace": f"team-{number}",
                "serviceAccount": "api",
                "roleArn": f"arn:aws:iam::111122223333:role/role-{number}",
            }
        )
    start = time.perf_counter()
    found = analyzer.AnalyzeStack(request).diagnostics
    spent = time.perf_counter() - start
    if found:
        sys.exit(f"policy_cost: a good stack was reported: {found[0].message}")
    return spent


def properties(number: int) -> struct_pb2.Struct:
    """Return a role as our components make it."""
    document = build_trust_policy(
        cluster_arn="arn:aws:eks:eu-west-1:111122223333:cluster/prod",
        service_accounts=[ServiceAccountRef(f"team-{number}", "api")],
    )
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::b{number}/*",
    }
    values: dict[str, Any] = {
        "name": f"role-{number}",
        "arn": f"arn:aws:iam::111122223333:role/role-{number}",
        "description": "for pods",
        "assumeRolePolicy": canonical_json(document),
        "forceDetachPolicies": False,
        "maxSessionDuration": 3_600,
        "path": "/",
        "tags": {"team": f"team-{number}", "managed-by": "eks-pod-identity"},
        "inlinePolicies": [
            {
                "name": "read",
                "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            }
        ],
    }
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


if __name__ == "__main__":
    sys.exit(main())
