"""AWS Private CA issuer of cert-manager."""

from datetime import date

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_ISSUE = (
    "acm-pca:DescribeCertificateAuthority",
    "acm-pca:GetCertificate",
    "acm-pca:IssueCertificate",
)


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(build_statement("Issue", _ISSUE, scope["certificate_authority_arns"]))
    return Permissions(inline=(("AWSPrivateCAIssuer", document),))


POLICY = WellKnownPolicy(
    key="awsPrivateCAIssuer",
    title="AWS Private CA issuer",
    source="https://github.com/cert-manager/aws-privateca-issuer/blob/v1.9.0/README.md",
    upstream_version="1.9.0",
    checked=date(2026, 7, 22),
    description="Issues certificates.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="certificate_authority_arns",
            description="Certificate authorities; all of the region and account if absent.",
            services=("acm-pca",),
            default="arn:{partition}:acm-pca:{region}:{account}:certificate-authority/*",
        ),
    ),
)
