"""Roles and policies that a program names, and the names that generated ones keep."""

from functools import cache

import pulumi

from eks_pod_identity.aws.named import NamedThings
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import AwsContext, ServiceAccountRef, former_role_name, role_name
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.planning.desired import DesiredCluster


def named_in(context: AwsContext) -> NamedThings:
    """Return what answers for a region and account; the same one for a whole run."""
    return _named(context.region, pulumi.Config("aws").get("profile"), context.account)


def with_kept_names(desired: DesiredCluster) -> DesiredCluster:
    """Return a desired state whose roles keep the names that they have from earlier versions."""
    kept = named_in(desired.cluster).kept_names(desired.former_names(), desired.cluster, _stack())
    return desired.with_names(kept)


def generated_role_name(context: AwsContext, cluster: str, account: ServiceAccountRef) -> str:
    """Return the name of a role that is made for a service account, new or kept."""
    name = role_name(context, cluster, account)
    former = {name: former_role_name(cluster, account)}
    here = PolicyContext.of(context, cluster)
    return named_in(context).kept_names(former, here, _stack()).get(name, name)


def _stack() -> str:
    return tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}")


@cache
def _named(region: str, profile: str | None, account: str) -> NamedThings:
    return NamedThings(AwsSession(region, profile), account)
