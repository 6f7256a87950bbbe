"""Every well-known policy, written for some cluster with every argument given."""

from collections.abc import Iterator
from typing import Any

from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)

CONTEXT = PolicyContext("aws", "eu-west-1", "111122223333", "prod")

_ARNS = {
    "acm-pca": "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/0a1b",
    "aps": "arn:aws:aps:eu-west-1:111122223333:workspace/ws-0a1b",
    "autoscaling": (
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:0a1b:autoScalingGroupName/n"
    ),
    "elasticloadbalancing": (
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/name/0a1b"
    ),
    "iam": "arn:aws:iam::111122223333:role/node",
    "kms": "arn:aws:kms:eu-west-1:111122223333:key/0a1b",
    "route53": "arn:aws:route53:::hostedzone/Z0A1B",
    "s3": "arn:aws:s3:::sample",
    "s3express": "arn:aws:s3express:eu-west-1:111122223333:bucket/sample--euw1-az1--x-s3",
    "secretsmanager": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sample-*",
    "sqs": "arn:aws:sqs:eu-west-1:111122223333:sample",
    "ssm": "arn:aws:ssm:eu-west-1:111122223333:parameter/sample/*",
}


def full_scope(policy: WellKnownPolicy, partition: str = "aws") -> Scope:
    """One ARN per service for every argument of a policy."""
    return {
        argument.name: [
            _ARNS[service].replace("arn:aws:", f"arn:{partition}:", 1)
            for service in argument.services
        ]
        for argument in policy.arguments
    }


def required_scope(policy: WellKnownPolicy, partition: str = "aws") -> Scope:
    """The arguments without which a policy cannot be written."""
    required = {argument.name for argument in policy.arguments if argument.required}
    return {name: arns for name, arns in full_scope(policy, partition).items() if name in required}


def both_ways(policy: WellKnownPolicy) -> tuple[Permissions, Permissions]:
    """The permissions with as few and with as many arguments as there can be."""
    return (
        policy.build(CONTEXT, required_scope(policy)),
        policy.build(CONTEXT, full_scope(policy)),
    )


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every policy, with a name to tell it by."""
    for key, policy in WELL_KNOWN_POLICIES.items():
        for permissions in both_ways(policy):
            for _, document in permissions.inline:
                for statement in document["Statement"]:
                    yield f"{key}.{statement['Sid']}", statement
