"""Image builders: push and pull images in Amazon ECR, as eksctl's `imageBuilder` does."""

from datetime import date

from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)


def _write(context: PolicyContext, _scope: Scope) -> Permissions:
    return Permissions(managed=(context.managed_policy("AmazonEC2ContainerRegistryPowerUser"),))


POLICY = WellKnownPolicy(
    key="imageBuilder",
    title="Image builder",
    source="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPowerUser.html",
    upstream_version="managed by AWS",
    checked=date(2026, 8, 21),
    description="Pushes and pulls images of every repository of the account.",
    write=_write,
)
