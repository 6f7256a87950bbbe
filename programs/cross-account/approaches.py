"""The four ways: a resource policy, two of chaining by the pod itself, one of chaining by EKS."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
from accounts import NAMESPACE, Accounts
from pods import deploy_pod, read_objects

from eks_pod_identity import (
    PodIdentityAssociation,
    PodIdentityAssociationArgs,
    PodIdentityRole,
    PodIdentityRoleArgs,
    TargetRole,
)


def by_policy(accounts: Accounts, bucket: aws.s3.Bucket) -> None:
    """Approach 1: the bucket's policy lets the pod's role in, and its own policy lets it go."""
    role = _source(accounts, "by-policy", bucket)
    document = pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": role.arn},
                    "Action": "s3:GetObject",
                    "Resource": bucket.arn.apply("{}/*".format),
                }
            ],
        }
    )
    there = pulumi.ResourceOptions(provider=accounts.ledger)
    aws.s3.BucketPolicy("by-policy", bucket=bucket.bucket, policy=document, opts=there)
    _associate(accounts, "by-policy", role)


def by_application(accounts: Accounts, bucket: aws.s3.Bucket) -> None:
    """Approach 2: the application calls AssumeRole."""
    role = _source(accounts, "by-application")
    _target(accounts, "by-application", role, bucket)
    _associate(accounts, "by-application", role)


def by_config(accounts: Accounts, bucket: aws.s3.Bucket, file: str) -> None:
    """Approach 3: the AWS SDK calls it, as its config file says."""
    role = _source(accounts, "by-config")
    _target(accounts, "by-config", role, bucket)
    _associate(accounts, "by-config", role, {"AWS_PROFILE": "ledger", "AWS_CONFIG_FILE": file})


def by_target(accounts: Accounts, bucket: aws.s3.Bucket) -> TargetRole:
    """EKS calls it, before the pod sees any credentials."""
    role = _source(accounts, "by-target")
    target = _target(accounts, "by-target", role, bucket)
    _associate(accounts, "by-target", role, target=target)
    return target


def _source(accounts: Accounts, name: str, bucket: aws.s3.Bucket | None = None) -> PodIdentityRole:
    args: PodIdentityRoleArgs = {
        "cluster_name": accounts.cluster,
        "service_accounts": [{"namespace": NAMESPACE, "name": name}],
    }
    if bucket:
        args["permission_policy"] = read_objects(bucket)
    return PodIdentityRole(name, args)


def _target(
    accounts: Accounts, name: str, source: PodIdentityRole, bucket: aws.s3.Bucket
) -> TargetRole:
    """Declare a role of the ledger's account that this one association may have."""
    return TargetRole(
        name,
        {
            "account": accounts.ledger_account,
            "role_name": f"ledger-{name}",
            "permission_policy": read_objects(bucket),
            "associations": [
                {
                    "cluster_arn": accounts.cluster_arn,
                    "namespace": NAMESPACE,
                    "service_account": name,
                    "source_role_arn": source.arn,
                }
            ],
            "source_provider": accounts.shop,
        },
        opts=pulumi.ResourceOptions(provider=accounts.ledger),
    )


def _associate(
    accounts: Accounts,
    name: str,
    role: PodIdentityRole,
    environment: Mapping[str, str] | None = None,
    target: TargetRole | None = None,
) -> None:
    args: PodIdentityAssociationArgs = {
        "cluster_name": accounts.cluster,
        "namespace": NAMESPACE,
        "service_account": name,
        "create_service_account": True,
        "role_arn": role.arn,
    }
    if target:
        args["target_role_arn"] = target.arn
    options = pulumi.ResourceOptions(depends_on=[role, accounts.namespace])
    deploy_pod(name, PodIdentityAssociation(name, args, options), environment or {})
