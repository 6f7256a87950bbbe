"""Tags that say who made a resource and for whom.

They let `recover` find what an interrupted run left behind, and an operator see at a glance which
stack to look at. IAM and EKS allow the characters used here.
"""

from collections.abc import Mapping

import pulumi

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.ownership import (
    CLUSTER_TAG,
    LIST_TAG,
    SERVICE_ACCOUNT_TAG,
    STACK_TAG,
    tag_value,
)


def ownership_tags(
    cluster: str,
    service_account: ServiceAccountRef | None,
    tags: Mapping[str, str] | None,
    declared_in: str = "",
) -> dict[str, str]:
    """Return the user's tags with ours; ours win, because `recover` relies on them.

    Args:
        cluster: The cluster that it is made for.
        service_account: The one that it is made for, if it is one.
        tags: The user's.
        declared_in: The list of the file that it comes from, if not eksctl's.
    """
    ours = {
        CLUSTER_TAG: cluster,
        STACK_TAG: tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}"),
    }
    if service_account:
        ours[SERVICE_ACCOUNT_TAG] = tag_value(str(service_account))
    if declared_in:
        ours[LIST_TAG] = declared_in
    return {**(tags or {}), **ours}


def addon_tags(
    cluster: pulumi.Input[str], tags: Mapping[str, pulumi.Input[str]] | None
) -> pulumi.Output[dict[str, str]]:
    """Return the tags of an add-on: without ours nobody could tell it from one of others."""
    return pulumi.Output.all(cluster, dict(tags or {})).apply(
        lambda facts: ownership_tags(facts[0], None, facts[1])
    )


def target_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of a target role, which belongs to a stack and to no cluster there."""
    return {**tags, STACK_TAG: tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}")}
