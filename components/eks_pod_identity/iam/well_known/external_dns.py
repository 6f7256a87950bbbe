"""ExternalDNS with Amazon Route 53.

Upstream's text, and `route53:ListTagsForResource`, which eksctl grants and releases before the
batched `ListTagsForResources` call. eksctl lets records of every zone be read; here it is the zones
given.
"""

from datetime import date

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_RECORDS = (
    "route53:ChangeResourceRecordSets",
    "route53:ListResourceRecordSets",
    "route53:ListTagsForResource",
    "route53:ListTagsForResources",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(
        build_statement("FindZones", ("route53:ListHostedZones",)),
        build_statement("Records", _RECORDS, scope["hosted_zone_arns"]),
    )
    return Permissions(inline=(("ExternalDNS", document),))


POLICY = WellKnownPolicy(
    key="externalDNS",
    title="ExternalDNS",
    source="https://github.com/kubernetes-sigs/external-dns/blob/v0.22.0/docs/tutorials/aws.md",
    upstream_version="0.22.0",
    checked=date(2026, 8, 22),
    description="Reads hosted zones and writes their records.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="hosted_zone_arns",
            description="Hosted zones that may be read and written; all if absent.",
            services=("route53",),
            default="arn:{partition}:route53:::hostedzone/*",
        ),
    ),
)
