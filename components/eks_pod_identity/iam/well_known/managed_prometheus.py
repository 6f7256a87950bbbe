"""Amazon Managed Service for Prometheus: a collector that writes and a server that queries."""

from datetime import date

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_METRICS = (
    "aps:GetLabels",
    "aps:GetMetricMetadata",
    "aps:GetSeries",
    "aps:QueryMetrics",
    "aps:RemoteWrite",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(build_statement("Metrics", _METRICS, scope["workspace_arns"]))
    return Permissions(inline=(("AmazonManagedServicePrometheus", document),))


POLICY = WellKnownPolicy(
    key="amazonManagedServicePrometheus",
    title="Amazon Managed Service for Prometheus",
    source="https://docs.aws.amazon.com/prometheus/latest/userguide/set-up-irsa.html",
    upstream_version="documented by AWS",
    checked=date(2026, 5, 29),
    description="Writes and queries metrics.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="workspace_arns",
            description="Workspaces; all of the region and account if absent.",
            services=("aps",),
            default="arn:{partition}:aps:{region}:{account}:workspace/*",
        ),
    ),
)
