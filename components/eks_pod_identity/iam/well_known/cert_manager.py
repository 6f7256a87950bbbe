"""cert-manager, for ACME DNS-01 challenges in Amazon Route 53.

Upstream's text. It is narrower than eksctl's: only TXT records may be written, which is all that a
challenge needs, and records may be listed in the zones given, not everywhere.
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

_RECORDS = ("route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets")
# ForAllValues passes when the key is absent, as it is when records are listed.
_TEXT_RECORDS = {
    "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}
}


def _write(context: PolicyContext, scope: Scope) -> Permissions:
    return Permissions(inline=(("CertManager", build_document(*_statements(context, scope))),))


def _statements(context: PolicyContext, scope: Scope) -> Iterator[Statement]:
    changes = context.arn("route53", "change/*", region="", account="")
    yield build_statement("FindZone", ("route53:ListHostedZonesByName",))
    yield build_statement("Records", _RECORDS, scope["hosted_zone_arns"], _TEXT_RECORDS)
    yield build_statement("AwaitChange", ("route53:GetChange",), (changes,))


POLICY = WellKnownPolicy(
    key="certManager",
    title="cert-manager",
    source="https://cert-manager.io/docs/configuration/acme/dns01/route53/",
    upstream_version="1.21.1",
    checked=date(2026, 8, 22),
    description="Writes the TXT records of DNS-01 challenges.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="hosted_zone_arns",
            description="Hosted zones that challenges are answered in; all if absent.",
            services=("route53",),
            default="arn:{partition}:route53:::hostedzone/*",
        ),
    ),
)
