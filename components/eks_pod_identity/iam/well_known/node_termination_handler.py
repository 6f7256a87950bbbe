"""AWS Node Termination Handler in queue processor mode.

Upstream's actions; where it grants every queue and group, here it is those of the account.
"""

from collections.abc import Iterator
from datetime import date

from eks_pod_identity.iam.document import Statement, build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_READS = (
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeTags",
    "ec2:DescribeInstances",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    return Permissions(inline=(("NodeTerminationHandler", build_document(*_statements(scope))),))


def _statements(scope: Scope) -> Iterator[Statement]:
    groups = scope["autoscaling_group_arns"]
    yield build_statement("Read", _READS)
    yield build_statement("Complete", ("autoscaling:CompleteLifecycleAction",), groups)
    yield build_statement("Queue", ("sqs:DeleteMessage", "sqs:ReceiveMessage"), scope["queue_arns"])


POLICY = WellKnownPolicy(
    key="nodeTerminationHandler",
    title="AWS Node Termination Handler",
    source="https://github.com/aws/aws-node-termination-handler/blob/v1.25.6/README.md",
    upstream_version="1.25.6",
    checked=date(2026, 7, 21),
    description="Takes events from a queue and ends lifecycle actions of Auto Scaling groups.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="queue_arns",
            description="Queues of events; all of the region and account if absent.",
            services=("sqs",),
            default="arn:{partition}:sqs:{region}:{account}:*",
        ),
        ScopeArgument(
            name="autoscaling_group_arns",
            description="Auto Scaling groups; all of the region and account if absent.",
            services=("autoscaling",),
            default="arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*",
        ),
    ),
)
