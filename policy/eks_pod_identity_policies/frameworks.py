"""Controls of published frameworks that rules of this pack enforce for pods.

Only where a control says what a rule asserts; most of the rules are about EKS Pod Identity, of
which no framework speaks yet.
"""

from eks_pod_identity_policies.rule import Framework

_WELL_ARCHITECTED = "AWS Well-Architected Framework"
_PILLAR = "https://docs.aws.amazon.com/wellarchitected/latest/framework"

LEAST_PRIVILEGE = Framework(
    _WELL_ARCHITECTED,
    "",
    "SEC03-BP02",
    "Grant least privilege access",
    f"{_PILLAR}/sec_permissions_least_privileges.html",
)
GUARDRAILS = Framework(
    _WELL_ARCHITECTED,
    "",
    "SEC03-BP05",
    "Define permission guardrails for your organization",
    f"{_PILLAR}/sec_permissions_define_guardrails.html",
)
PUBLIC_AND_CROSS_ACCOUNT = Framework(
    _WELL_ARCHITECTED,
    "",
    "SEC03-BP07",
    "Analyze public and cross-account access",
    f"{_PILLAR}/sec_permissions_analyze_cross_account.html",
)
NO_ADMINISTRATORS = Framework(
    "AWS Foundational Security Best Practices",
    "1.0.0",
    "IAM.1",
    'IAM policies should not allow full "*" administrative privileges',
    "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
)
TAGGED_ROLES = Framework(
    "AWS Resource Tagging Standard",
    "1.0.0",
    "IAM.24",
    "IAM roles should be tagged",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-24",
)
DEDICATED_SERVICE_ACCOUNTS = Framework(
    "CIS Amazon EKS Benchmark",
    "",
    "5.2.1",
    "Prefer using dedicated EKS Service Accounts",
    "https://www.cisecurity.org/benchmark/kubernetes",
)
