"""Associations of a cluster: all pages of the list, then one description each.

ListPodIdentityAssociations leaves out the role and all settings
(https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociationSummary.html), so
every association costs one DescribePodIdentityAssociation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import Association, addon_of, sorted_associations

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient
    from types_boto3_eks.type_defs import (
        ListPodIdentityAssociationsRequestPaginateTypeDef,
        PodIdentityAssociationSummaryTypeDef,
        PodIdentityAssociationTypeDef,
    )


STANDALONE = "standalone"
"""The owner of associations that no add-on owns; no add-on has this name."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which associations to read; None lets all pass."""

    namespace: str | None = None
    service_account: str | None = None
    owner: str | None = None

    def request(self, cluster: str) -> "ListPodIdentityAssociationsRequestPaginateTypeDef":
        """Return the request that lets EKS do as much of the filtering as it can."""
        request: ListPodIdentityAssociationsRequestPaginateTypeDef = {"clusterName": cluster}
        if self.namespace is not None:
            request["namespace"] = self.namespace
            # A name without its namespace is looked for here: EKS documents only the pair.
            if self.service_account is not None:
                request["serviceAccount"] = self.service_account
        return request

    def let_pass(self, summary: "PodIdentityAssociationSummaryTypeDef") -> bool:
        """Tell whether an entry of the list is wanted, before it costs a description."""
        owner_arn = summary.get("ownerArn")
        owner = addon_of(owner_arn) if owner_arn else STANDALONE
        return self.service_account in {None, summary["serviceAccount"]} and self.owner in {
            None,
            owner,
        }


def observe_associations(
    eks: "EKSClient",
    cluster: str,
    filters: Filters = Filters(),
    progress: Progress = no_progress,
) -> tuple[Association, ...]:
    """Return the associations of a cluster that pass the filters.

    Raises:
        ObservationError: AWS could not be read.
    """
    listed = list_associations(eks, cluster, filters)
    found = read_each(
        tuple(listed.values()),
        lambda id_: observe_association(eks, cluster, id_),
        "associations",
        progress,
    )
    return sorted_associations(association for association in found if association)


def list_associations(
    eks: "EKSClient", cluster: str, filters: Filters = Filters()
) -> Mapping[ServiceAccountRef, str]:
    """Return the ids of associations by their service accounts, without a description of each.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        return dict(_list_ids(eks, cluster, filters))
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'the associations of cluster "{cluster}"') from error


def _list_ids(
    eks: "EKSClient", cluster: str, filters: Filters
) -> Iterator[tuple[ServiceAccountRef, str]]:
    pages = eks.get_paginator("list_pod_identity_associations").paginate(**filters.request(cluster))
    for page in pages:
        for summary in page["associations"]:
            if filters.let_pass(summary):
                ref = ServiceAccountRef(summary["namespace"], summary["serviceAccount"])
                yield ref, summary["associationId"]


def observe_association(eks: "EKSClient", cluster: str, id_: str) -> Association | None:
    """Return an association by its id, or None if it was deleted since it was listed.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        answer = eks.describe_pod_identity_association(clusterName=cluster, associationId=id_)
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):
            return None
        raise observation_error(error, f'association {id_} of cluster "{cluster}"') from error
    return _association(answer["association"])


def _association(answer: "PodIdentityAssociationTypeDef") -> Association:
    return Association(
        id=answer["associationId"],
        arn=answer["associationArn"],
        service_account=ServiceAccountRef(answer["namespace"], answer["serviceAccount"]),
        role_arn=answer["roleArn"],
        owner_arn=answer.get("ownerArn") or None,
        target_role_arn=answer.get("targetRoleArn") or None,
        disable_session_tags=answer.get("disableSessionTags") or False,
        policy=answer.get("policy") or None,
        external_id=answer.get("externalId") or None,
        tags=answer.get("tags", {}),
        created=answer.get("createdAt"),
        modified=answer.get("modifiedAt"),
    )
