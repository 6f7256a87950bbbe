"""Amazon CloudWatch Observability: agent, Container Insights, Application Signals."""

from datetime import date

from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)


def _write(context: PolicyContext, _scope: Scope) -> Permissions:
    names = ("CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess")
    return Permissions(managed=tuple(context.managed_policy(name) for name in names))


POLICY = WellKnownPolicy(
    key="cloudWatchObservability",
    title="Amazon CloudWatch Observability",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html",
    upstream_version="managed by AWS",
    checked=date(2026, 5, 29),
    description="Writes metrics, logs and traces.",
    write=_write,
)
