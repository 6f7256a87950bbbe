"""External Secrets Operator with AWS Secrets Manager and Systems Manager Parameter Store.

Upstream's text, with its `ssm:GetParameter*` spelt out. Pushing is granted for the ARNs named for
it only, in upstream's restrictive form: deletion asks for the operator's own tag.
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

_FIND = (
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:ListSecrets",
    "ssm:DescribeParameters",
    "tag:GetResources",
)
_SECRETS = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:GetSecretValue",
    "secretsmanager:ListSecretVersionIds",
)
_PARAMETERS = (
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
)
_PUSH_SECRETS = (
    "secretsmanager:CreateSecret",
    "secretsmanager:DeleteResourcePolicy",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:RemoveRegionsFromReplication",
    "secretsmanager:ReplicateSecretToRegions",
    "secretsmanager:TagResource",
)
_PUSH_PARAMETERS = ("ssm:AddTagsToResource", "ssm:ListTagsForResource", "ssm:PutParameter")
_OWN = {"StringEquals": {"secretsmanager:ResourceTag/managed-by": "external-secrets"}}


def _write(_context: PolicyContext, scope: Scope) -> Permissions:
    document = build_document(*_read(scope), *_push(scope))
    return Permissions(inline=(("ExternalSecrets", document),))


def _read(scope: Scope) -> Iterator[Statement]:
    secrets = {*scope["secret_arns"], *scope["pushed_secret_arns"]}
    parameters = {*scope["parameter_arns"], *scope["pushed_parameter_arns"]}
    yield build_statement("Find", _FIND)
    yield build_statement("Secrets", _SECRETS, secrets)
    yield build_statement("Parameters", _PARAMETERS, parameters)
    if keys := scope["kms_key_arns"]:
        yield build_statement("Decrypt", ("kms:Decrypt",), keys)


def _push(scope: Scope) -> Iterator[Statement]:
    if secrets := scope["pushed_secret_arns"]:
        yield build_statement("PushSecrets", _PUSH_SECRETS, secrets)
        yield build_statement("DeleteOwn", ("secretsmanager:DeleteSecret",), secrets, _OWN)
    if parameters := scope["pushed_parameter_arns"]:
        yield build_statement("PushParameters", _PUSH_PARAMETERS, parameters)


POLICY = WellKnownPolicy(
    key="externalSecrets",
    title="External Secrets Operator",
    source="https://github.com/external-secrets/external-secrets/blob/v2.9.0/docs/provider/aws-secrets-manager.md",
    upstream_version="2.9.0",
    checked=date(2026, 8, 8),
    description="Reads secrets and parameters; writes those that are named for it.",
    write=_write,
    arguments=(
        ScopeArgument(
            name="secret_arns",
            description="Secrets to read; all of the region and account if absent.",
            services=("secretsmanager",),
            default="arn:{partition}:secretsmanager:{region}:{account}:secret:*",
        ),
        ScopeArgument(
            name="parameter_arns",
            description="Parameters to read; all of the region and account if absent.",
            services=("ssm",),
            default="arn:{partition}:ssm:{region}:{account}:parameter/*",
        ),
        ScopeArgument(
            name="kms_key_arns",
            description="Customer managed keys of secrets and parameters; none if absent.",
            services=("kms",),
        ),
        ScopeArgument(
            name="pushed_secret_arns",
            description="Secrets that PushSecret may write; none if absent.",
            services=("secretsmanager",),
        ),
        ScopeArgument(
            name="pushed_parameter_arns",
            description="Parameters that PushSecret may write; none if absent.",
            services=("ssm",),
        ),
    ),
)
