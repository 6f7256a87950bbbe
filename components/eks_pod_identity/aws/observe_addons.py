"""Add-ons of a cluster: all pages of the list, then one description each."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.observed.cluster import AddonState, HealthIssue

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient
    from types_boto3_eks.type_defs import AddonTypeDef


def observe_addons(
    eks: "EKSClient", cluster: str, progress: Progress = no_progress
) -> dict[str, AddonState]:
    """Return the add-ons of a cluster by name, in order of names.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        pages = eks.get_paginator("list_addons").paginate(clusterName=cluster)
        names = sorted(name for page in pages for name in page["addons"])
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'the add-ons of cluster "{cluster}"') from error
    found = read_each(names, lambda name: observe_addon(eks, cluster, name), "add-ons", progress)
    return {addon.name: addon for addon in found if addon}


def observe_addon(eks: "EKSClient", cluster: str, name: str) -> AddonState | None:
    """Return an add-on of a cluster, or None if it is not installed.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        answer = eks.describe_addon(clusterName=cluster, addonName=name)
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):  # perhaps deleted since it was listed
            return None
        raise observation_error(error, f'add-on "{name}" of cluster "{cluster}"') from error
    return _addon(answer["addon"])


def _addon(answer: "AddonTypeDef") -> AddonState:
    return AddonState(
        name=answer["addonName"],
        version=answer["addonVersion"],
        status=answer["status"],
        arn=answer["addonArn"],
        association_ids=tuple(
            sorted(arn.rpartition("/")[2] for arn in answer.get("podIdentityAssociations", ()))
        ),
        service_account_role_arn=answer.get("serviceAccountRoleArn") or None,
        configuration_values=answer.get("configurationValues") or None,
        namespace=answer.get("namespaceConfig", {}).get("namespace") or None,
        health_issues=_health_issues(answer),
        tags=answer.get("tags", {}),
    )


def _health_issues(answer: "AddonTypeDef") -> tuple[HealthIssue, ...]:
    issues = answer.get("health", {}).get("issues", ())
    return tuple(HealthIssue(issue.get("code", ""), issue.get("message", "")) for issue in issues)
